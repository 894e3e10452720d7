import { Document, isScalar, Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import { Why } from './why';

const widest = 118;
const indent = 2;
/** Texts that some reader of YAML takes for something else, or that hold what it might, are quoted. */
const safe = /^[A-Za-z/][\w./:%-]*$/;
const words = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Trees as one YAML stream; the reason of each value stands above it as a comment. */
export function yamlOf(trees: readonly { readonly head?: string; readonly tree: unknown }[]): string {
  return trees
    .map(({ head, tree }) => {
      const document = new Document();
      document.contents = nodeOf(tree, 0);
      const text = document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true });
      return head === undefined ? text : `${commentOf(head, 0).replace(/^/gm, '#')}\n${text}`;
    })
    .join('---\n');
}

function nodeOf(tree: unknown, depth: number): Node {
  if (tree instanceof Why) return nodeOf(tree.value, depth);
  if (Array.isArray(tree)) {
    const list = new YAMLSeq();
    list.items = tree.map((item) => nodeOf(item, depth + 1));
    list.flow = tree.every((item) => typeof item === 'string') && tree.length < 3;
    return list;
  }
  if (typeof tree === 'object' && tree !== null) return mapOf(tree, depth);
  const scalar = new Scalar(tree);
  if (typeof tree === 'string' && (!safe.test(tree) || words.test(tree))) scalar.type = 'QUOTE_SINGLE';
  return scalar;
}

function mapOf(tree: object, depth: number): YAMLMap {
  const map = new YAMLMap();
  for (const [name, value] of Object.entries(tree) as [string, unknown][]) {
    if (value === undefined) continue;
    const key = nodeOf(name, depth);
    if (isScalar(key) && value instanceof Why) key.commentBefore = commentOf(value.reason, depth);
    map.items.push(new Pair(key, nodeOf(value, depth + 1)));
  }
  map.flow = map.items.length === 0;
  return map;
}

/** Broken into lines, with the space after the `#`. */
function commentOf(text: string, depth: number): string {
  const width = Math.max(60, widest - depth * indent - 2);
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => ` ${line}`).join('\n');
}

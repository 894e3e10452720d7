import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { type ParsedText, type Position } from './parsed-text';

/** Parses YAML 1.2, one document, without merge keys or tags of its own. An empty file is an empty object. */
export function parseYaml(text: string): ParsedText {
  // Loaded only where there is a YAML file: it takes longer to load than all the rest of this folder.
  const yaml = createRequire(__filename)('yaml') as typeof Yaml;
  const lines = new yaml.LineCounter();
  const at = (offset: number): Position => {
    const place = lines.linePos(offset);
    return { line: Math.max(place.line, 1), column: Math.max(place.col, 1) };
  };
  try {
    const document = yaml.parseDocument(text, {
      prettyErrors: false,
      lineCounter: lines,
      logLevel: 'error',
      version: '1.2',
    });
    const fault = document.errors[0] ?? document.warnings[0] ?? badAlias(yaml, document);
    if (fault !== undefined) {
      return { expected: expectedBy(fault.code), got: 'something else', position: at(fault.pos[0]) };
    }
    const root: unknown = document.contents === null ? {} : document.toJS({ maxAliasCount: 100 });
    return {
      root,
      positionOf: (path) => {
        const offset = offsetOf(yaml, document.contents, path);
        return offset === undefined ? undefined : at(offset);
      },
    };
  } catch {
    // Too deep for the stack, or aliases that multiply. The library's message may quote the text.
    return { expected: 'YAML of sensible depth with few aliases', got: 'something else', position: undefined };
  }
}

/** The library finds these only while it makes values, and does not say where. */
function badAlias(yaml: typeof Yaml, document: Yaml.Document): { code: Yaml.ErrorCode; pos: [number] } | undefined {
  const anchors = new Set<string>();
  let offset: number | undefined;
  yaml.visit(document, (_, node) => {
    if (yaml.isAlias(node) && !anchors.has(node.source)) {
      offset = node.range?.[0] ?? 0;
      return yaml.visit.BREAK;
    }
    if ((yaml.isCollection(node) || yaml.isScalar(node)) && node.anchor !== undefined) anchors.add(node.anchor);
    return undefined;
  });
  return offset === undefined ? undefined : { code: 'BAD_ALIAS', pos: [offset] };
}

function offsetOf(yaml: typeof Yaml, root: unknown, path: readonly string[]): number | undefined {
  let node = root;
  let offset: number | undefined;
  for (const name of path) {
    if (!yaml.isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === name);
    if (!yaml.isScalar(pair?.key)) return undefined;
    offset = pair.key.range?.[0];
    node = pair.value;
  }
  return offset;
}

function expectedBy(code: Yaml.ErrorCode): string {
  return expectations.get(code) ?? `valid YAML (${code})`;
}

const expectations: ReadonlyMap<string, string> = new Map([
  ['BAD_ALIAS', 'an alias of an anchor that is defined before'],
  ['BAD_DQ_ESCAPE', 'a valid escape in the double quotes'],
  ['BAD_INDENT', 'the indentation of the lines around'],
  ['BAD_SCALAR_START', 'quotes around text that begins with this character'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a new line before nested names'],
  ['DUPLICATE_KEY', 'each name once in an object'],
  ['MISSING_CHAR', 'a colon, a comma, a bracket or a quote'],
  ['MULTILINE_IMPLICIT_KEY', 'a colon after the name, on the same line'],
  ['MULTIPLE_DOCS', 'one document'],
  ['TAB_AS_INDENT', 'spaces, not tabs, as indentation'],
  ['TAG_RESOLVE_FAILED', 'no tags'],
]);

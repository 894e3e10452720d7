import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from './json-text';
import { schemaName } from './file-schema';
import { type KnownSettings } from './known-settings';
import { type Layer, layerOfTree } from './layer';
import { type ParsedText, type Position } from './parsed-text';
import { type Problems } from './problems';
import { readTextFile } from './read-text-file';
import { isPlainObject } from './show';
import { parseYaml } from './yaml-text';

const extensions = ['json', 'yaml', 'yml'] as const;

/** Where files are, and what for. */
export interface FileReading {
  readonly known: KnownSettings;
  readonly problems: Problems;
  /** How a path is shown. */
  readonly display: (path: string) => string;
}

/** Reads `<name>.json`, `.yaml` or `.yml` of a directory, whichever there is; two are one too many, none is fine. */
export function readConfigFile(directory: string, name: string, reading: FileReading): Layer {
  const paths = extensions.map((extension) => join(directory, `${name}.${extension}`)).filter(isThere);
  if (paths.length > 1) {
    reading.problems.add({
      key: reading.display(join(directory, name)),
      source: paths.map(reading.display).join(' and '),
      expected: 'one file',
      got: String(paths.length),
      advice: 'Keep one of them.',
    });
  }
  const [path] = paths;
  return path === undefined || paths.length > 1 ? new Map() : readOne(path, reading);
}

/** A link that leads nowhere is there, and a mistake. So is what cannot be looked at. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function readOne(path: string, { known, problems, display }: FileReading): Layer {
  const shownPath = display(path);
  const source = (position?: Position): string =>
    position === undefined ? `file ${shownPath}` : `file ${shownPath}:${position.line}:${position.column}`;
  const file = readTextFile(path);
  if ('fault' in file) {
    const advice = 'Correct the file or its permissions, or remove it.';
    problems.add({ key: shownPath, source: source(), expected: 'a readable file', got: file.fault, advice });
    return new Map();
  }
  const parsed: ParsedText = path.endsWith('.json') ? parseJson(file.text) : parseYaml(file.text);
  if (!('root' in parsed)) {
    const { expected, got, position } = parsed;
    problems.add({
      key: shownPath,
      source: source(position),
      expected,
      got,
      advice: 'Correct the file at this place.',
    });
    return new Map();
  }
  const describe = (at: readonly string[]): string => source(parsed.positionOf(at));
  return layerOfTree(known, withoutSchemaName(known, parsed.root), { describe, isText: false }, problems);
}

/** A file may say where its schema is, for editors. */
function withoutSchemaName(known: KnownSettings, root: unknown): unknown {
  if (!isPlainObject(root) || known.groups.get('')?.has(schemaName) === true) return root;
  const { [schemaName]: name, ...rest } = root;
  return typeof name === 'string' ? rest : root;
}

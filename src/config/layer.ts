import { frozenCopy } from './frozen-copy';
import { type KnownSettings, pathOf } from './known-settings';
import { nearest } from './nearest';
import { type Problems } from './problems';
import { isPlainObject, kindOf } from './show';

/** What a source says of one setting. */
export interface Entry {
  readonly raw: unknown;
  /** Does the source know nothing but text? Then text may stand for a number and so on. */
  readonly isText: boolean;
  /** The source in words, as exactly as it can be said. */
  readonly source: string;
}

/** All that one source says, by key. */
export type Layer = ReadonlyMap<string, Entry>;

/** How to speak of a source that is a tree. */
export interface TreeOrigin {
  /** The source in words, at this place in the tree. */
  readonly describe: (path: readonly string[]) => string;
  /** Do its texts stand for numbers and booleans? */
  readonly isText: boolean;
}

/** Takes the known settings out of a tree. Unknown names and misplaced values are problems. */
export function layerOfTree(known: KnownSettings, root: unknown, origin: TreeOrigin, problems: Problems): Layer {
  const layer = new Map<string, Entry>();
  readGroup([], root);
  return layer;

  function readGroup(path: readonly string[], value: unknown): void {
    if (!isPlainObject(value)) {
      problems.add({
        key: path.join('.') || 'the whole',
        source: origin.describe(path),
        expected: 'an object with settings',
        got: kindOf(value),
        advice: 'Give settings by name, one below the other.',
      });
      return;
    }
    for (const [name, item] of Object.entries(value)) if (item !== undefined) readName([...path, name], item);
  }

  function readName(path: readonly string[], item: unknown): void {
    const group = path.slice(0, -1).join('.');
    const name = path.at(-1) ?? '';
    const key = pathOf(group, name);
    const isKnown = known.groups.get(group)?.has(name) ?? false;
    const setting = isKnown ? known.settings.get(key) : undefined;
    if (setting !== undefined) {
      readSetting(key, item, path);
    } else if (isKnown) {
      readGroup(path, item);
    } else {
      addUnknown(known, group, name, origin.describe(path), problems);
    }
  }

  /** Copied, so that who gave the tree can change it without changing the configuration. */
  function readSetting(key: string, item: unknown, path: readonly string[]): void {
    const source = origin.describe(path);
    const copy = frozenCopy(item);
    if ('value' in copy) {
      layer.set(key, { raw: copy.value, isText: origin.isText && typeof item === 'string', source });
    } else {
      problems.add({ key, source, expected: copy.refused, got: 'something else', advice: 'Correct it.' });
    }
  }
}

/** Reports a name that no schema has, with the name that was probably meant. Its value is not looked at. */
export function addUnknown(
  known: KnownSettings,
  group: string,
  name: string,
  source: string,
  problems: Problems,
): void {
  problems.add({
    key: pathOf(group, name),
    source,
    expected: 'the name of a setting',
    got: 'an unknown name',
    advice: adviceFor(known, group, name),
  });
}

function adviceFor(known: KnownSettings, group: string, name: string): string {
  if (known.settings.has(pathOf(group, name))) return 'Write it nested: each part of the name is an object of its own.';
  const siblings = known.groups.get(group) ?? new Set();
  const near = nearest(name, siblings);
  if (near !== undefined) return `Did you mean "${pathOf(group, near)}"?`;
  const elsewhere = nearestLast(known, name);
  if (elsewhere !== undefined) return `Did you mean "${elsewhere}"?`;
  return siblings.size === 0 ? 'Remove it.' : `Remove it, or use one of: ${some([...siblings])}.`;
}

/** A setting of another group, by the last part of its name. */
function nearestLast(known: KnownSettings, name: string): string | undefined {
  const keys = new Map([...known.settings.keys()].map((key) => [key.slice(key.lastIndexOf('.') + 1), key]));
  return keys.get(nearest(name, keys.keys()) ?? '');
}

function some(names: readonly string[]): string {
  const most = 12;
  return names.slice(0, most).join(', ') + (names.length > most ? ', ...' : '');
}

import { booleanFromText } from './from-text';
import { type KnownSetting, type KnownSettings, pathOf } from './known-settings';
import { addUnknown, type Entry, type Layer } from './layer';
import { type Problems } from './problems';

interface Flag {
  readonly key: string;
  /** The innermost known group that it is in. */
  readonly group: string;
  /** What comes after that group. */
  readonly name: string;
  readonly value: string | undefined;
}

/**
 * Reads `--group.name=value` and `--group.name value`; of a boolean, the value may be left out. Everything else on the command line
 * is somebody else's, and so is all that follows `--`. The last of several wins.
 */
export function readFlags(known: KnownSettings, argv: readonly string[], problems: Problems): Layer {
  const layer = new Map<string, Entry>();
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  for (let index = 0; index < words.length; index += 1) {
    const flag = flagOf(known, words[index] ?? '');
    if (flag === undefined) continue;
    const source = `flag --${flag.key}`;
    const setting = known.settings.get(flag.key);
    if (setting === undefined) {
      addWrongName(known, flag, source, problems);
      continue;
    }
    const { raw, used } = take(setting, flag, words[index + 1]);
    index += used;
    if (raw === undefined) addWithoutValue(setting, source, problems);
    else layer.set(flag.key, { raw, isText: true, source });
  }
  return layer;
}

function flagOf(known: KnownSettings, word: string): Flag | undefined {
  const [, path, value] = /^--([^=]+\.[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const names = path?.split('.') ?? [];
  const [top = ''] = names;
  if (top === '' || !known.groups.has(top)) return undefined;
  let depth = 1;
  while (depth < names.length - 1 && known.groups.has(names.slice(0, depth + 1).join('.'))) depth += 1;
  const group = names.slice(0, depth).join('.');
  const name = names.slice(depth).join('.');
  return { key: pathOf(group, name), group, name, value };
}

/** The text of the flag, and how many of the words after it belong to it. */
function take(
  { format }: KnownSetting,
  flag: Flag,
  next: string | undefined,
): { raw: string | undefined; used: number } {
  if (flag.value !== undefined) return { raw: flag.value, used: 0 };
  if (format.isBoolean) {
    // `--http.trust false` must not turn it on.
    return next !== undefined && booleanFromText(next) !== undefined
      ? { raw: next, used: 1 }
      : { raw: 'true', used: 0 };
  }
  return next === undefined || next.startsWith('--') ? { raw: undefined, used: 0 } : { raw: next, used: 1 };
}

function addWrongName(known: KnownSettings, flag: Flag, source: string, problems: Problems): void {
  const names = known.groups.get(flag.key);
  if (names === undefined) {
    addUnknown(known, flag.group, flag.name, source, problems);
    return;
  }
  const advice = `Name one of its settings: ${[...names].join(', ')}.`;
  problems.add({ key: flag.key, source, expected: 'the name of a setting', got: 'the name of a group', advice });
}

function addWithoutValue({ key, format }: KnownSetting, source: string, problems: Problems): void {
  const advice = `Write --${key}=value.`;
  problems.add({ key, source, expected: format.expected, got: 'nothing', advice });
}

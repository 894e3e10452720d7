import { parseArgs, type ParseArgsConfig } from 'node:util';
import { type LetterFilter } from '../messaging/amqp';
import { misuse } from './command';

/** What is done with dead letters. */
export type DlqVerb = 'list' | 'show' | 'replay' | 'drop';

/** The words after `keelson dlq`, read and checked. */
export interface DlqWords {
  readonly verb: DlqVerb;
  /** One, but for `list`. */
  readonly queues: readonly string[];
  readonly url: string | undefined;
  readonly json: boolean;
  readonly body: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly limit: number | undefined;
  readonly rate: number | undefined;
  readonly filter: LetterFilter;
}

type Options = NonNullable<ParseArgsConfig['options']>;

const common: Options = { json: { type: 'boolean' }, url: { type: 'string' } };
const chosen: Options = {
  ...common,
  limit: { type: 'string' },
  type: { type: 'string' },
  id: { type: 'string' },
  reason: { type: 'string' },
  code: { type: 'string' },
  'older-than': { type: 'string' },
};
const dryRun: Options = { 'dry-run': { type: 'boolean' } };

const allowed: Readonly<Record<DlqVerb, Options>> = {
  list: common,
  show: { ...chosen, body: { type: 'boolean' } },
  replay: { ...chosen, ...dryRun, rate: { type: 'string' } },
  drop: { ...chosen, ...dryRun, yes: { type: 'boolean' } },
};

/** @throws a misuse that says what is not understood */
export function dlqWords(words: readonly string[]): DlqWords {
  const verb = words.find((word) => Object.hasOwn(allowed, word)) as DlqVerb | undefined;
  if (verb === undefined) throw misuse(`dlq ${words.join(' ')}: not understood; it is list, show, replay or drop`);
  const config = { args: [...words], options: allowed[verb], allowPositionals: true };
  const { values, positionals } = parseArgs(config);
  const [first, ...queues] = positionals;
  if (first !== verb) throw misuse(`dlq ${String(first)}: not understood; it is list, show, replay or drop`);
  if (verb !== 'list' && queues.length !== 1) throw misuse(`dlq ${verb}: it needs the name of one queue`);
  const text = (name: string): string | undefined => values[name] as string | undefined;
  return {
    verb,
    queues,
    url: text('url'),
    json: values['json'] === true,
    body: values['body'] === true,
    dryRun: values['dry-run'] === true,
    yes: values['yes'] === true,
    limit: numberOf('limit', text('limit'), /^[1-9]\d{0,8}$/),
    rate: numberOf('rate', text('rate'), /^(?:0\.\d*[1-9]\d*|[1-9]\d*(?:\.\d+)?)$/),
    filter: filterOf(text),
  };
}

/** A duration as people write it, in ms. @throws a misuse */
export function durationMs(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})(ms|[smhdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw misuse(`--${option} ${text}: it is a number and a unit, like 30d, 2h, 15m or 10s`);
  return Number(count) * (units[unit] as number);
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

function filterOf(text: (name: string) => string | undefined): LetterFilter {
  const filter: Record<string, string | number> = {};
  for (const name of ['type', 'id', 'reason', 'code']) {
    const value = text(name);
    if (value !== undefined) filter[name] = value;
  }
  const olderThan = text('older-than');
  if (olderThan !== undefined) filter['olderThanMs'] = durationMs('older-than', olderThan);
  return filter;
}

function numberOf(option: string, text: string | undefined, pattern: RegExp): number | undefined {
  if (text === undefined || pattern.test(text)) return text === undefined ? undefined : Number(text);
  throw misuse(`--${option} ${text}: it is a number above 0`);
}

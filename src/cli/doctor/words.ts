import { parseArgs } from 'node:util';
import { misuse } from '../command';
import { type Check } from './contract';

/** The words after `keelson doctor`, read and checked. */
export interface DoctorWords {
  readonly json: boolean;
  readonly checks: readonly Check[];
  /** How long all of it may take, in ms. */
  readonly limitMs: number;
}

const options = {
  json: { type: 'boolean' },
  limit: { type: 'string' },
  only: { type: 'string', multiple: true },
  skip: { type: 'string', multiple: true },
} as const;

/** @throws a misuse that says what is not understood */
export function doctorWords(words: readonly string[], all: readonly Check[]): DoctorWords {
  const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
  if (positionals.length > 0) throw misuse(`doctor ${positionals.join(' ')}: not understood`);
  const only = named('only', values.only, all);
  const skip = named('skip', values.skip, all);
  const meant = ({ name }: Check): boolean => (only.length === 0 || only.includes(name)) && !skip.includes(name);
  const checks = all.filter(meant);
  if (checks.length === 0) throw misuse('doctor: nothing is left to check');
  return { json: values.json === true, checks, limitMs: limitMsOf(values.limit) };
}

/** Some times what all checks take together as a rule, in s. */
const usualLimit = 240;
const longestLimit = 3_600;

function limitMsOf(given: string | undefined): number {
  if (given === undefined) return usualLimit * 1_000;
  const seconds = /^\d+$/.test(given) ? Number(given) : 0;
  if (seconds >= 1 && seconds <= longestLimit) return seconds * 1_000;
  throw misuse(`doctor --limit ${given}: a number of seconds is meant, from 1 to ${longestLimit}`);
}

function named(option: string, given: readonly string[] | undefined, all: readonly Check[]): readonly string[] {
  const names = (given ?? []).flatMap((text) => text.split(','));
  const unknown = names.find((name) => !all.some((check) => check.name === name));
  if (unknown === undefined) return names;
  throw misuse(
    `doctor --${option} ${unknown}: there is no such check; there are ${all.map(({ name }) => name).join(', ')}`,
  );
}

import { createRedactor, KeelsonError } from '../core';
import { type TracingVariable, type TracingVariableName, tracingVariables } from './tracing-variables';

/** A setting that is not valid. */
export interface SettingProblem {
  readonly key: string;
  readonly env: string;
  readonly expected: string;
  /** What was given; masked when it is sensitive. */
  readonly got: string;
}

/** The largest number taken: what a Node.js timer waits at most. */
const largest = 2_147_483_647;
const shown = 100;

/** Reads raw settings by name and collects what is wrong with them, so that all of it is told at once. */
export class SettingReader {
  readonly #raw: Readonly<Record<string, unknown>>;
  readonly #problems: SettingProblem[] = [];

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.#raw = raw;
  }

  /** Throws CONFIG_INVALID with all problems, if there are any. */
  finish(): void {
    if (this.#problems.length === 0) return;
    const lines = this.#problems.map(({ env, expected, got }) => `  ${env}: expected ${expected}, got ${got}`);
    throw new KeelsonError('CONFIG_INVALID', `The settings of tracing are not valid:\n${lines.join('\n')}`, {
      retryable: false,
      details: { problems: this.#problems },
    });
  }

  /** Reports a setting, and gives back the value to go on with. */
  refuse<T>(name: TracingVariableName, expected: string, instead: T): T {
    const { key, env, sensitive, kind } = variable(name);
    const text = kind === 'url' ? withoutUser(this.text(name)) : this.text(name);
    const got = sensitive ? '[masked]' : JSON.stringify(createRedactor().text(text).slice(0, shown));
    this.#problems.push({ key, env, expected, got });
    return instead;
  }

  /** Was anything given? Empty text counts as nothing. */
  has(name: TracingVariableName): boolean {
    return this.text(name) !== '';
  }

  /** The first of these names that was given, or else the last one. */
  first(...names: readonly [TracingVariableName, ...TracingVariableName[]]): TracingVariableName {
    return names.find((name) => this.has(name)) ?? names[names.length - 1] ?? names[0];
  }

  /** The given text without blanks around it; '' when nothing was given. */
  text(name: TracingVariableName): string {
    const raw = this.#raw[name];
    return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw).trim() : '';
  }

  /** One of `choices`; the comparison ignores case. */
  choice<T extends string>(name: TracingVariableName, choices: readonly T[], fallback: T): T {
    const given = this.text(name).toLowerCase();
    if (given === '') return fallback;
    const found = choices.find((choice) => choice === given);
    return found ?? this.refuse(name, choices.join(', '), fallback);
  }

  /** A whole number from `least` up. */
  integer(name: TracingVariableName, least: number, fallback: number): number {
    const given = this.text(name);
    if (given === '') return fallback;
    const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
    const valid = value >= least && value <= largest;
    return valid ? value : this.refuse(name, `a whole number from ${least} to ${largest}`, fallback);
  }

  ratio(name: TracingVariableName, fallback: number): number {
    const given = this.text(name);
    if (given === '') return fallback;
    const value = /^\d*\.?\d+(?:e-?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
    return value >= 0 && value <= 1 ? value : this.refuse(name, 'a number from 0 to 1', fallback);
  }

  /** An http or https URL. */
  url(name: TracingVariableName, fallback: string): URL {
    const text = this.text(name) === '' ? fallback : this.text(name);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
    return this.refuse(name, 'an http:// or https:// URL', new URL(fallback));
  }

  /** `key=value,key=value`, percent-decoded; a value may contain equals signs. */
  pairs(name: TracingVariableName): Record<string, string> {
    const pairs: [string, string][] = [];
    for (const part of this.text(name).split(',')) {
      if (part.trim() === '') continue;
      const pair = readPair(part);
      if (pair === undefined) return this.refuse(name, 'key=value,key=value with percent-encoded values', {});
      pairs.push(pair);
    }
    return Object.fromEntries(pairs);
  }
}

function readPair(part: string): [string, string] | undefined {
  const equals = part.indexOf('=');
  const key = part.slice(0, Math.max(equals, 0)).trim();
  if (key === '') return undefined;
  try {
    return [decodeURIComponent(key), decodeURIComponent(part.slice(equals + 1).trim())];
  } catch {
    return undefined;
  }
}

/** Before the @ of a URL stands a password; in one that is not valid nobody knows where it begins. */
function withoutUser(url: string): string {
  return url.replace(/^.*@/s, '[masked]@');
}

function variable(name: TracingVariableName): TracingVariable {
  const found = tracingVariables.find((candidate) => candidate.name === name);
  if (found === undefined) throw new KeelsonError('INTERNAL', `No setting is named ${name}`, { retryable: false });
  return found;
}

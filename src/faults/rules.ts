import { type FaultPort } from '../core';
import { portFacts, type KindFacts } from './kinds';

/** One rule: which fault, where, how often and for how long. docs/faults.md lists the faults of each port. */
export interface FaultRule {
  /** Names it in logs, metrics and spans; lower-case letters, digits and hyphens. @default port, fault and number, like `client-delay-1` */
  readonly name?: string;
  readonly port: FaultPort;
  /** A kind of fault that the port has, such as `delay`. */
  readonly fault: string;
  /** Of the request. @default any */
  readonly method?: string;
  /** Of the request's path: exact, with `:name` for one part of it, or `/*` at the end for all beneath. @default any */
  readonly route?: string;
  /** The service that is called, or looked for. @default any */
  readonly peer?: string;
  /** The event or command, or `order.*` for all whose names begin so. @default any */
  readonly type?: string;
  /** Of the subscription. @default any */
  readonly group?: string;
  /** Header fields that must be there with these values; `*`: with any. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Share of what fits that is hit, above 0, at most `maxRatio`. @default 0.1, or `maxRatio` if that is less */
  readonly ratio?: number;
  /** How often it is injected at most, 1 or more. @default no limit but the time */
  readonly times?: number;
  /** How long the rule holds from when the service was made, in ms, 1 to 86400000 (a day). @default 600000 (10 minutes) */
  readonly ttlMs?: number;
  /** How long the fault waits, in ms, 0 to 600000. @default 1000 where the delay is the fault, else 0 */
  readonly delayMs?: number;
  /** At most so much is added to the delay, in ms, 0 to 600000. @default 0 */
  readonly jitterMs?: number;
  /** Of the answer, 400 to 599. @default 503 */
  readonly status?: number;
}

/** A rule with every value. */
export interface ResolvedRule extends FaultRule {
  readonly name: string;
  readonly ratio: number;
  readonly times: number;
  readonly ttlMs: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly status: number;
}

/** What rules have where they say nothing. */
export const faultDefaults = Object.freeze({
  ratio: 0.1,
  maxRatio: 0.5,
  ttlMs: 600_000,
  jitterMs: 0,
  status: 503,
  seed: 1,
});

/** What reading rules came to: either list may be empty, and rules count only where nothing is wrong. */
export interface ReadRules {
  readonly rules: readonly ResolvedRule[];
  /** One sentence for each mistake. */
  readonly wrong: readonly string[];
}

type Given = Readonly<Record<string, unknown>>;

const longestMs = 600_000;
const dayMs = 86_400_000;
/** What a rule may have beside its scope, a delay and a status. */
const always: readonly string[] = ['name', 'port', 'fault', 'ratio', 'times', 'ttlMs'];

/** Reads rules as a file or a variable has them. A member that does not belong there is a mistake: a scope that is passed over would make the fault hit everything. */
export function readRules(given: unknown, maxRatio: number = faultDefaults.maxRatio): ReadRules {
  if (!Array.isArray(given)) return { rules: [], wrong: ['a list of rules is wanted'] };
  const rules: ResolvedRule[] = [];
  const wrong: string[] = [];
  const names = new Set<unknown>();
  for (const [index, rule] of (given as unknown[]).entries()) {
    const at = `rule ${index + 1}`;
    const facts = factsOf(rule);
    if (typeof facts === 'string') {
      wrong.push(`${at}: ${facts}`);
      continue;
    }
    const resolved = resolve(rule as FaultRule, facts, index, maxRatio);
    const mistakes = mistakesIn(rule as Given, facts, resolved, maxRatio);
    if (names.has(resolved.name)) mistakes.push('name: another rule has it');
    names.add(resolved.name);
    wrong.push(...mistakes.map((mistake) => `${at}: ${mistake}`));
    rules.push(resolved);
  }
  return { rules, wrong };
}

interface Facts extends KindFacts {
  readonly scope: readonly string[];
}

/** What the rule's kind of fault takes, or what is wrong with the rule as a whole. */
function factsOf(rule: unknown): Facts | string {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return 'an object is wanted';
  const { port, fault } = rule as Given;
  if (typeof port !== 'string' || !Object.hasOwn(portFacts, port)) {
    return `port: one of ${Object.keys(portFacts).join(', ')}`;
  }
  const { scope, kinds } = portFacts[port as FaultPort];
  if (typeof fault !== 'string' || !Object.hasOwn(kinds, fault)) {
    return `fault: one of ${Object.keys(kinds).join(', ')}`;
  }
  return { scope, ...(kinds as Readonly<Record<string, KindFacts>>)[fault] };
}

function resolve(rule: FaultRule, facts: Facts, index: number, maxRatio: number): ResolvedRule {
  return Object.freeze({
    ...rule,
    name: rule.name ?? `${rule.port}-${rule.fault}-${index + 1}`,
    ratio: rule.ratio ?? Math.min(faultDefaults.ratio, maxRatio),
    times: rule.times ?? Infinity,
    ttlMs: rule.ttlMs ?? faultDefaults.ttlMs,
    delayMs: rule.delayMs ?? facts.delayMs ?? 0,
    jitterMs: rule.jitterMs ?? faultDefaults.jitterMs,
    status: rule.status ?? faultDefaults.status,
  });
}

function mistakesIn(given: Given, facts: Facts, rule: ResolvedRule, maxRatio: number): string[] {
  const allowed = [
    ...always,
    ...facts.scope,
    ...(facts.delayMs === undefined ? [] : ['delayMs', 'jitterMs']),
    ...(facts.status === undefined ? [] : ['status']),
  ];
  const foreign = Object.keys(given).filter((member) => !allowed.includes(member));
  const wrong = foreign.map((member) => `${member}: not a member of this rule, which may have ${allowed.join(', ')}`);
  for (const [member, expected, fits] of members) if (!fits(rule[member])) wrong.push(`${member}: ${expected}`);
  if (!isNumber(rule.ratio, 0, maxRatio) || rule.ratio === 0) {
    wrong.push(`ratio: a number above 0, at most ${maxRatio} (faults.maxRatio)`);
  }
  if (facts.delayMs !== undefined && facts.delayMs > 0 && rule.delayMs === 0) wrong.push('delayMs: 1 or more');
  return wrong;
}

const members: readonly (readonly [keyof ResolvedRule, string, (value: unknown) => boolean])[] = [
  ['name', 'lower-case letters, digits and hyphens, at most 63', (value) => isText(value, /^[a-z0-9][a-z0-9-]{0,62}$/)],
  ['method', 'a method in upper case', (value) => value === undefined || isText(value, /^[A-Z]+$/)],
  ['route', 'a path, like /orders/:id or /orders/*', (value) => value === undefined || isText(value, /^\/[^?#\s]*$/)],
  ['peer', 'the name of a service or a host', (value) => value === undefined || isText(value, /^\S+$/)],
  ['type', 'an event or command, or order.*', (value) => value === undefined || isText(value, /^[a-z][\w.-]*\*?$/)],
  ['group', 'the name of a group', (value) => value === undefined || isText(value, /^\S+$/)],
  ['headers', 'an object of texts', (value) => value === undefined || isTexts(value)],
  ['times', 'a whole number, 1 or more', (value) => value === Infinity || isWhole(value, 1, 1e9)],
  ['ttlMs', `a whole number from 1 to ${dayMs}`, (value) => isWhole(value, 1, dayMs)],
  ['delayMs', `a whole number from 0 to ${longestMs}`, (value) => isWhole(value, 0, longestMs)],
  ['jitterMs', `a whole number from 0 to ${longestMs}`, (value) => isWhole(value, 0, longestMs)],
  ['status', 'a whole number from 400 to 599', (value) => isWhole(value, 400, 599)],
];

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one === 'string');
}

function isNumber(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}

function isWhole(value: unknown, low: number, high: number): boolean {
  return isNumber(value, low, high) && Number.isInteger(value);
}

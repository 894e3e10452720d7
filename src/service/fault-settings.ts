import { type ConfigValues, type FormatFunction, type SettingsSchema } from '../config';
import type * as faultsPart from '../faults';
import { productionBy } from './production';

/** A list of anything: the rules say themselves what is wrong with them, when all values are known. */
const ruleList: FormatFunction & { expected: string } = Object.assign(
  (value: unknown) => {
    if (!Array.isArray(value)) throw new TypeError('a list of rules');
  },
  { expected: 'a list of rules, as JSON where it is text' },
);

/** Faults on purpose, for tests and rehearsals: off unless they are asked for, and never in production. */
export const faultSettings = {
  enabled: {
    doc: 'Inject the faults that faults.rules ask for; refused in production',
    format: Boolean,
    default: false,
  },
  rules: {
    doc: 'Which faults, where, how often and for how long: [{"port": "client", "fault": "delay", "peer": "stock"}]',
    format: ruleList,
    default: [] as readonly unknown[],
  },
  seed: { doc: 'The same seed and the same work meet the same faults', format: 'int', default: 1 },
  maxRatio: { doc: 'The largest share of the work that one rule may hit', format: 'ratio', default: 0.5 },
} as const satisfies SettingsSchema;

type Broken = { readonly key: string; readonly expected: string };

/** What is wrong with the settings of faults: that they are on where they must not be, and what the rules do not make sense of. */
export function brokenFaults(
  values: Readonly<Record<string, unknown>>,
  environment: string | undefined,
): readonly Broken[] {
  // Those that are not valid by themselves are undefined.
  const { enabled, rules, maxRatio } = values['faults'] as Partial<ConfigValues<typeof faultSettings>>;
  const broken: Broken[] = [];
  const production = enabled === true ? productionBy(environment, values['otel']) : undefined;
  if (production !== undefined) {
    broken.push({ key: 'faults.enabled', expected: `false in production, which this is by ${production}` });
  }
  if (rules === undefined || rules.length === 0 || maxRatio === undefined) return broken;
  const { wrong } = faults().readRules(rules, maxRatio);
  if (wrong.length > 0) broken.push({ key: 'faults.rules', expected: `rules that make sense: ${wrong.join('; ')}` });
  return broken;
}

/** Loaded where there are rules, and only there. */
function faults(): typeof faultsPart {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../faults') as typeof faultsPart;
}

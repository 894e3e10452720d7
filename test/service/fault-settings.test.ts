import { createConfig, type ConfigProblem } from '../../src/config';
import { checkChassis } from '../../src/service/setting-rules';
import { chassisSettings } from '../../src/service/settings';

const schemas = [{ schema: chassisSettings, deriveEnv: true, check: checkChassis }] as const;
const delay = { port: 'http', fault: 'delay' };

function problemsOf(env: Record<string, string>, settings: Record<string, unknown> = {}): string[] {
  try {
    createConfig({ schemas, env, argv: [], settings });
  } catch (error) {
    const { errors } = (error as { details: { errors: ConfigProblem[] } }).details;
    return errors.map(({ key, expected, source }) => `${key}: ${expected} (${source})`);
  }
  return [];
}

test('off by default, and harmless then, in production too', () => {
  expect(createConfig({ schemas, env: {}, argv: [] }).get('faults')).toEqual({
    enabled: false,
    rules: [],
    seed: 1,
    maxRatio: 0.5,
  });
  expect(problemsOf({ NODE_ENV: 'production', FAULTS_RULES: JSON.stringify([delay]) })).toEqual([]);
});

test('rules are JSON in one variable, and a list in a file or in settings', () => {
  const env = { FAULTS_RULES: JSON.stringify([delay]) };
  expect(createConfig({ schemas, env, argv: [] }).get('faults.rules')).toEqual([delay]);
  const settings = { faults: { rules: [delay] } };
  expect(createConfig({ schemas, env: {}, argv: [], settings }).get('faults.rules')).toEqual([delay]);
});

test.each([
  [{ NODE_ENV: 'production', FAULTS_ENABLED: 'true' }, 'NODE_ENV=production'],
  [{ NODE_ENV: 'prod-eu', FAULTS_ENABLED: 'true', FAULTS_RULES: '[]' }, 'NODE_ENV=prod-eu'],
])('in production they cannot be on: %j', (env, by) => {
  expect(problemsOf(env)).toEqual([
    `faults.enabled: false in production, which this is by ${by} (environment variable FAULTS_ENABLED)`,
  ]);
});

test('not even by settings, which win over all else', () => {
  const [problem] = problemsOf({ NODE_ENV: 'production' }, { faults: { enabled: true } });
  expect(problem).toMatch(/^faults\.enabled: false in production.*\(settings\)$/);
});

test('elsewhere they can', () => {
  expect(problemsOf({ NODE_ENV: 'staging', FAULTS_ENABLED: 'true' })).toEqual([]);
  expect(problemsOf({ FAULTS_ENABLED: 'true', FAULTS_RULES: JSON.stringify([delay]) })).toEqual([]);
});

test.each([
  ['[{"port":"http"', 'a list of rules'],
  ['{}', 'rules that make sense: rule 1: an object is wanted'],
  [
    '[{"port":"http","fault":"delay","ratio":0.6}]',
    'rules that make sense: rule 1: ratio: a number above 0, at most 0.5',
  ],
  ['[{"port":"http","fault":"delay","rout":"/a"}]', 'rules that make sense: rule 1: rout: not a member of this rule'],
])('rules that make no sense are refused, on or off: %s', (rules, expected) => {
  const problems = problemsOf({ FAULTS_RULES: rules });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`faults.rules: ${expected}`);
});

test('the cap can be raised, and no further than to all', () => {
  const rules = JSON.stringify([{ ...delay, ratio: 1 }]);
  expect(problemsOf({ FAULTS_RULES: rules, FAULTS_MAX_RATIO: '1' })).toEqual([]);
  expect(problemsOf({ FAULTS_RULES: rules, FAULTS_MAX_RATIO: '2' })).toEqual([
    'faults.maxRatio: a number from 0 to 1 (environment variable FAULTS_MAX_RATIO)',
  ]);
});

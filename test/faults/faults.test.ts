import { createFaults, type FaultRule } from '../../src/faults';
import { FakeClock } from '../support/fake-clock';
import { RecordingLogger, RecordingMeter } from '../support/recording';

const half = (more: Partial<FaultRule> = {}): FaultRule => ({ port: 'client', fault: 'reset', ratio: 0.5, ...more });

test('a port without rules has nothing to ask', () => {
  const faults = createFaults([half()]);
  expect(faults.at('client')).toBeDefined();
  expect(faults.at('http')).toBeUndefined();
  expect(createFaults([]).at('client')).toBeUndefined();
});

test('each fault is counted by port, kind and rule', () => {
  const meter = new RecordingMeter();
  const at = createFaults([half({ name: 'flaky' })], { meter }).at('client');
  const hits = Array.from({ length: 30 }, () => at?.draw({})).filter((fault) => fault !== undefined);
  expect(hits.length).toBeGreaterThan(5);
  expect(meter.counted).toEqual(
    hits.map(() => ({
      name: 'keelson_faults_injected_total',
      labels: { port: 'client', fault: 'reset', rule: 'flaky' },
    })),
  );
});

test('of several rules the first that hits counts; the order of the others stays theirs', () => {
  const rules: FaultRule[] = [
    { port: 'http', fault: 'hang', name: 'first', ratio: 1, times: 2, method: 'GET' },
    { port: 'http', fault: 'reset', name: 'second', ratio: 1 },
  ];
  const at = createFaults(rules, { maxRatio: 1 }).at('http');
  const drawn = ['GET', 'POST', 'GET', 'GET'].map((method) => at?.draw({ method })?.rule);
  expect(drawn).toEqual(['first', 'second', 'first', 'second']);
});

test('the rules are announced, each by a warning', () => {
  const log = new RecordingLogger();
  const rules: FaultRule[] = [half({ peer: 'stock', times: 3 }), { port: 'http', fault: 'hang', ratio: 0.1 }];
  createFaults(rules, { log, seed: 9 }).announce();
  expect(log.lines).toMatchObject([
    { level: 'warn', fields: { rule: 'client-reset-1', port: 'client', peer: 'stock', ratio: 0.5, times: 3, seed: 9 } },
    { level: 'warn', fields: { rule: 'http-hang-2', port: 'http', fault: 'hang', ttlMs: 600_000 } },
  ]);
  expect(log.lines[1]?.fields).not.toHaveProperty('times');
});

test('the time of a rule begins when it is put into force', async () => {
  const clock = new FakeClock();
  const at = createFaults([half({ ratio: 1, ttlMs: 5 })], { clock, maxRatio: 1 }).at('client');
  expect(at?.draw({})).toBeDefined();
  await clock.advance(5);
  expect(at?.draw({})).toBeUndefined();
});

test('rules that make no sense are refused, all mistakes at once', () => {
  const rules = [half({ ratio: 0.9 }), { port: 'http', fault: 'no' }] as FaultRule[];
  expect(() => createFaults(rules)).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      details: {
        errors: [
          'rule 1: ratio: a number above 0, at most 0.5 (faults.maxRatio)',
          'rule 2: fault: one of delay, status, reset, hang',
        ],
      },
    }),
  );
});

import { noopTracing } from '../../src/core';
import { consumeChain, mostRedeliveries, type ConsumeParts } from '../../src/messaging/consume';
import { Handling } from '../../src/messaging/handling';
import { FakeClock } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';
import { ScriptedDelivery, type Given } from './support/scripted-transport';

function run(given: Given = {}, more: Partial<ConsumeParts> = {}) {
  const steps: string[] = [];
  const parts: ConsumeParts = {
    what: 'the command stock.reserve',
    schema: undefined,
    maxMessage: 1_000,
    dedupe: {
      claim: (id) => {
        steps.push(`claim ${id}`);
        return 'claimed';
      },
      done: (id) => void steps.push(`done ${id}`),
      release: (id) => void steps.push(`release ${id}`),
    },
    claimPrefix: 'p/',
    leaseMs: 1,
    handler: () => {
      steps.push('handler');
      return 'value';
    },
    ...more,
  };
  const source = { kind: 'command' as const, name: 'stock.reserve', prefetch: 1 };
  const host = { clock: new FakeClock(), log: new RecordingLogger(), source, timeoutMs: 1 };
  const delivery = new ScriptedDelivery({ id: 'a', ...given }, steps);
  const handling = new Handling(host, delivery, 1, noopTracing.begin('consumer', 'x', {}));
  return { steps, outcome: consumeChain(parts)(handling) };
}

test('a message is claimed, then handled; the chain neither acks nor settles', async () => {
  const { steps, outcome } = run();
  expect(await outcome).toEqual({ kind: 'done', value: 'value' });
  expect(steps).toEqual(['claim p/shop/a', 'handler']);
});

test('without a store nothing is claimed', async () => {
  const { steps, outcome } = run({}, { dedupe: undefined });
  expect([await outcome, steps]).toEqual([{ kind: 'done', value: 'value' }, ['handler']]);
});

test.each([
  ['too-often', { redeliveries: mostRedeliveries, deadline: 1, body: Buffer.from('{') }],
  ['expired', { deadline: 1_700_000_000_000, body: Buffer.from('{') }],
  ['malformed', { body: Buffer.from('{') }],
  ['malformed', { malformed: 'it has no type' }],
])('what comes first counts, and nothing is claimed: %s', async (kind, given) => {
  const { steps, outcome } = run(given);
  expect([(await outcome).kind, steps]).toEqual([kind, []]);
});

test('what is still in time is handled', async () => {
  expect(await run({ deadline: 1_700_000_000_001, redeliveries: 19 }).outcome).toMatchObject({ kind: 'done' });
});

test.each([
  ['done', 'duplicate'],
  ['busy', 'busy'],
] as const)('a claim that says %s is %s', async (claim, kind) => {
  const store = { claim: () => Promise.resolve(claim), done: () => undefined, release: () => undefined };
  const { steps, outcome } = run({}, { dedupe: store });
  expect([await outcome, steps]).toEqual([{ kind }, []]);
});

test('a handler that throws or rejects has failed', async () => {
  const error = new Error('no');
  const throwing = (): never => {
    throw error;
  };
  expect(await run({}, { handler: throwing }).outcome).toEqual({ kind: 'failed', error });
  expect(await run({}, { handler: () => Promise.reject(error) }).outcome).toEqual({ kind: 'failed', error });
});

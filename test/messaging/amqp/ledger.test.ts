import { Ledger } from '../../../src/messaging/amqp/ledger';
import { Publication, type Outgoing } from '../../../src/messaging/amqp/publication';
import { FakeClock } from '../../support/fake-clock';
import { ended, outgoingOf } from './support/outgoing';

function opened(more: Partial<Outgoing> = {}) {
  const clock = new FakeClock(0);
  const ledger = new Ledger(clock);
  let one: Publication | undefined;
  const end = ended(
    new Promise<void>((resolve, reject) => {
      one = new Publication(outgoingOf('a', more), 0, resolve, reject);
      ledger.add(one);
    }),
  );
  return { clock, ledger, one: one as Publication, end };
}

test('counts what is open, and copies not by their bytes', () => {
  const { ledger, one } = opened();
  expect([ledger.size, ledger.bytes]).toEqual([1, one.bytes]);
  ledger.settle(one);
  ledger.settle(one);
  expect([ledger.size, ledger.bytes]).toEqual([0, 0]);
  expect(opened({ urgent: true }).ledger.bytes).toBe(0);
});

test('each has its time, and all share a timer', async () => {
  const { clock, ledger, one, end } = opened({ timeoutMs: 100 });
  ledger.add(
    new Publication(
      outgoingOf('b', { timeoutMs: 300 }),
      0,
      () => undefined,
      () => undefined,
    ),
  );
  one.written = true;
  expect(clock.timers).toBe(1);
  await clock.advance(99);
  expect(ledger.size).toBe(2);
  await clock.advance(1);
  expect(await end).toBe('TIMEOUT unknown');
  await clock.advance(200);
  expect([ledger.size, clock.timers]).toEqual([0, 0]);
});

test('is given up by its signal', async () => {
  const abort = new AbortController();
  const { ledger, end } = opened({ signal: abort.signal });
  abort.abort();
  expect(await end).toBe('ABORTED');
  expect(ledger.size).toBe(0);
});

test('idle when all is settled, or when nobody waits any more', async () => {
  const { ledger, one } = opened();
  const idle = ledger.idle(new AbortController().signal);
  ledger.settle(one);
  await idle;
  const other = opened();
  const abort = new AbortController();
  const given = other.ledger.idle(abort.signal);
  abort.abort();
  await given;
  other.ledger.stop();
  expect(await other.end).toBe('STOPPED');
  expect(other.clock.timers).toBe(0);
});

import { type Declarer } from '../../../src/messaging/amqp/declarer';
import { KeelsonError } from '../../../src/core';
import { Publication } from '../../../src/messaging/amqp/publication';
import { Routes } from '../../../src/messaging/amqp/routes';
import { FakeClock, settle } from '../../support/fake-clock';
import { outgoingOf } from './support/outgoing';

const to = (exchange: string): Publication =>
  new Publication(
    outgoingOf('a', { exchange, declarations: [{ kind: 'exchange', name: exchange, type: 'topic' }] }),
    0,
    () => undefined,
    () => undefined,
  );

class FakeDeclarer {
  asked = 0;
  forgotten = 0;
  error: Error | undefined;
  ensure = async (): Promise<void> => {
    this.asked += 1;
    if (this.error !== undefined) throw this.error;
  };
  forget = (): void => void (this.forgotten += 1);
  get real(): Declarer {
    return this as unknown as Declarer;
  }
}

function made() {
  const clock = new FakeClock(0);
  const ready: number[] = [];
  const refused: number[] = [];
  const routes = new Routes(() => clock.now(), {
    ready: (held) => void ready.push(held.length),
    refused: (held) => void refused.push(held.length),
  });
  return { clock, routes, ready, refused, declarer: new FakeDeclarer() };
}

test('is asked for once, and holds what comes meanwhile', async () => {
  const { routes, ready, declarer } = made();
  routes.up(declarer.real);
  expect([routes.admits(to('order')), routes.admits(to('order')), routes.admits(to(''))]).toEqual([false, false, true]);
  await settle();
  expect(ready).toEqual([2]);
  expect(routes.admits(to('order'))).toBe(true);
  expect(declarer.asked).toBe(1);
});

test('a refusal is told, and believed for a second', async () => {
  const { clock, routes, refused, declarer } = made();
  declarer.error = new KeelsonError('CONFIG_INVALID', 'no', { retryable: false });
  routes.up(declarer.real);
  routes.admits(to('order'));
  await settle();
  routes.admits(to('order'));
  expect([refused, declarer.asked]).toEqual([[1, 1], 1]);
  await clock.advance(1_001);
  declarer.error = undefined;
  routes.admits(to('order'));
  await settle();
  expect(routes.admits(to('order'))).toBe(true);
});

test('what is held while the connection is lost comes back with the next', async () => {
  const { routes, ready, declarer } = made();
  declarer.error = new Error('lost');
  routes.up(declarer.real);
  routes.admits(to('order'));
  await settle();
  expect(ready).toEqual([]);
  expect(routes.down()).toHaveLength(1);
  expect(routes.admits(to('order'))).toBe(false);
  expect(declarer.asked).toBe(1);
});

test('in doubt about one the others stay', async () => {
  const { routes, declarer } = made();
  routes.up(declarer.real);
  routes.admits(to('order'));
  routes.admits(to('stock'));
  await settle();
  routes.doubt('order');
  expect([routes.admits(to('order')), routes.admits(to('stock'))]).toEqual([false, true]);
  routes.doubt('unheard of');
  expect(routes.admits(to('stock'))).toBe(false);
});

test('in doubt it is asked for again', async () => {
  const { routes, ready, declarer } = made();
  routes.up(declarer.real);
  routes.admits(to('order'));
  routes.doubt();
  await settle();
  expect(ready).toEqual([1]);
  expect(routes.admits(to('order'))).toBe(false);
  await settle();
  expect(declarer.asked).toBe(2);
});

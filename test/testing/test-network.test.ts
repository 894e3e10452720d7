import { systemClock } from '../../src/core';
import { fakeClock } from '../../src/testing/fake-clock';
import { createTestNetwork } from '../../src/testing/test-network';

test('has one time, for its broker too', () => {
  const clock = fakeClock();
  expect(createTestNetwork({ clock }).broker.clock).toBe(clock);
  expect(createTestNetwork().clock).toBe(systemClock);
});

test('its stop stops what is on it, the last one first, and makes it new', async () => {
  const network = createTestNetwork();
  const { broker, registry } = network;
  const stopped: string[] = [];
  const part = (name: string) => ({ stop: () => Promise.resolve(void stopped.push(name)) });
  network.own(part('first'));
  network.own(part('gone before'))();
  network.own(part('needed by the others'), true);
  network.own(part('last'));
  expect([network.broker, network.registry]).toEqual([broker, registry]);
  await network.stop();
  await network.stop();
  expect(stopped).toEqual(['last', 'first', 'needed by the others']);
  expect(network.broker === broker || network.registry === registry).toBe(false);
});

test('all are stopped, and all failures are told', async () => {
  const network = createTestNetwork();
  const stop = jest.fn(() => Promise.resolve());
  const fails = (text: string) => network.own({ stop: () => Promise.reject(new Error(text)) });
  network.own({ stop });
  fails('one is broken');
  await expect(network.stop()).rejects.toThrow(/^one is broken$/);
  network.own({ stop });
  fails('two is broken');
  fails('three is broken');
  await expect(network.stop()).rejects.toThrow(/three is broken\n\ntwo is broken/);
  expect(stop).toHaveBeenCalledTimes(2);
});

test('a hook can stop it', async () => {
  const hooks: (() => Promise<void>)[] = [];
  const network = createTestNetwork({ closeBy: (hook) => hooks.push(hook) });
  const stop = jest.fn(() => Promise.resolve());
  network.own({ stop });
  await hooks[0]?.();
  expect(stop).toHaveBeenCalledTimes(1);
});

import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { transportContract, type TransportHarness } from '../../src/testing';
import { memoryTransportHarness, memoryTransportTraits } from '../messaging/harnesses';
import { failedTransportCases } from './transport-sabotage';

test('a transport as it should be passes every case', async () => {
  await expect(failedTransportCases(() => ({}))).resolves.toEqual([]);
});

test('each case has a name of its own', () => {
  const names = transportContract(memoryTransportTraits, memoryTransportHarness).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(45);
});

test('each case has a harness of its own, which is disposed of in the end', async () => {
  let [made, disposed] = [0, 0];
  const make = (): TransportHarness => {
    made += 1;
    return { ...memoryTransportHarness(), dispose: () => void (disposed += 1) };
  };
  const cases = transportContract(memoryTransportTraits, make);
  expect(made).toBe(0);
  for (const { run } of cases) await run();
  expect([made, disposed]).toEqual([cases.length, cases.length]);
});

test('a case that fails says why it did, has stopped its transports and disposed of its harness', async () => {
  let [stopped, disposed] = [0, 0];
  const [first] = transportContract(memoryTransportTraits, () => {
    const harness = memoryTransportHarness();
    return {
      ...harness,
      create: () =>
        Object.assign(harness.create(), {
          stop: () => {
            stopped += 1;
            return Promise.reject(new Error('of the stop'));
          },
        }),
      open: () => 1,
      dispose: () => void (disposed += 1),
    };
  });
  await expect(first?.run()).rejects.toThrow('something is open before the start');
  expect([stopped, disposed]).toEqual([1, 1]);
});

test('a stop that fails fails its case', async () => {
  const failed = await failedTransportCases(() => ({ stop: () => Promise.reject(new Error('no')) }));
  expect(failed).toHaveLength(transportContract(memoryTransportTraits, memoryTransportHarness).length);
});

test('what a transport cannot do is not asked of it', () => {
  const names = (traits: Partial<typeof memoryTransportTraits>): string[] =>
    transportContract({ ...memoryTransportTraits, ...traits }, memoryTransportHarness).map(({ name }) => name);
  const left = (traits: Partial<typeof memoryTransportTraits>): string[] =>
    names({}).filter((name) => !names(traits).includes(name));
  expect(left({ countsRedeliveries: false })).toEqual(['each time that it comes again counts']);
  expect(left({ returnsToFront: false })).toEqual(['what comes again is before what was published later']);
});

test('it runs under node:test as well, with any clock', () => {
  const program = `
    const test = require('node:test');
    const { transportContract } = require('keelson/testing');
    const { createMemoryBroker, memoryTransport } = require('keelson/messaging');
    const settle = () => new Promise(setImmediate);
    const makeClock = () => {
      let now = 1e12;
      const due = new Set();
      const after = (ms, call) => {
        const one = { at: now + ms, call };
        due.add(one);
        return { cancel: () => due.delete(one) };
      };
      const pass = async (ms) => {
        for (const end = now + ms; now < end; now += 100) {
          for (const one of [...due]) if (one.at <= now && due.delete(one)) one.call();
          await settle();
        }
        for (const one of [...due]) if (one.at <= now && due.delete(one)) one.call();
      };
      return { now: () => now, wall: () => now, after, pass, open: () => due.size };
    };
    const make = () => {
      const clock = makeClock();
      const broker = createMemoryBroker({ clock });
      const letters = ({ envelope: { id, body, headers }, note }) => ({ id, body, headers, note });
      return {
        ...clock,
        create: () => memoryTransport({ broker }),
        settle,
        deadLetters: (event, group) => broker.deadLetters(event + '.' + group).map(letters),
      };
    };
    for (const { name, run } of transportContract({ countsRedeliveries: true, returnsToFront: true }, make)) test(name, run);`;
  // The tests of the contract are not tests of this run: node:test is to report in full.
  const { NODE_TEST_CONTEXT: _of, ...env } = process.env;
  const cwd = resolve(__dirname, '..', '..');
  const output = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd, env });
  expect(output).toMatch(/fail 0/);
  expect(Number(/pass (\d+)/.exec(output)?.[1])).toBeGreaterThan(45);
});

import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { registryContract, type RegistryHarness } from '../../src/testing';
import { memoryHarness, memoryTraits } from '../discovery/harnesses';
import { failedCases } from './sabotage';

test('a registry as it should be passes every case', async () => {
  await expect(failedCases(() => ({}))).resolves.toEqual([]);
});

test('each case has a harness of its own, which is disposed of in the end', async () => {
  let [made, disposed] = [0, 0];
  const make = (): RegistryHarness => {
    made += 1;
    return { ...memoryHarness(), dispose: () => void (disposed += 1) };
  };
  const cases = registryContract(memoryTraits, make);
  expect(made).toBe(0);
  for (const { run } of cases) await run();
  expect([made, disposed]).toEqual([cases.length, cases.length]);
});

test('a case that fails has stopped its registries all the same', async () => {
  let [stopped, disposed] = [0, 0];
  const [first] = registryContract(memoryTraits, () => {
    const harness = memoryHarness();
    return {
      ...harness,
      create: () => Object.assign(harness.create(), { stop: () => Promise.resolve(void (stopped += 1)) }),
      open: () => 1,
      dispose: () => void (disposed += 1),
    };
  });
  await expect(first?.run()).rejects.toThrow('something is open before the start');
  expect([stopped, disposed]).toEqual([1, 1]);
});

test('what an adapter cannot do is not asked of it', () => {
  const names = (traits: Partial<typeof memoryTraits>): string[] =>
    registryContract({ ...memoryTraits, ...traits }, memoryHarness).map(({ name }) => name);
  const all = new Set([...names({}), ...names({ registers: false, holds: true, fails: true })]);
  expect(new Set(names({ fails: true, holds: true })).size).toBe(all.size - 1);
  expect(names({ registers: false, changes: false, holds: false, fails: false })).toHaveLength(14);
});

test('it runs under node:test as well', () => {
  const program = `
    const test = require('node:test');
    const { registryContract } = require('keelson/testing');
    const { createMemoryNetwork, memoryRegistry, makeInstance } = require('keelson/discovery');
    const traits = { registers: true, changes: false, holds: false, fails: false };
    const make = () => {
      const network = createMemoryNetwork();
      return {
        create: () => memoryRegistry({ network }),
        seed: (service, list) => list.forEach((one) => network.put({}, { instance: makeInstance({ service, ...one }), status: 'UP' })),
        settle: () => new Promise(setImmediate),
        open: () => 0,
      };
    };
    for (const { name, run } of registryContract(traits, make)) test(name, run);`;
  // The tests of the contract are not tests of this run: node:test is to report in full.
  const { NODE_TEST_CONTEXT: _of, ...env } = process.env;
  const cwd = join(resolve(__dirname, '..', '..'));
  const output = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', cwd, env });
  expect(output).toMatch(/fail 0/);
  expect(output).toMatch(/pass 2\d/);
});

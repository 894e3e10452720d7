import { type InstancesListener, type Snapshot } from '../../src/discovery';
import { changeCases, outageCases } from '../../src/testing/registry-change-cases';
import { memoryTraits } from '../discovery/harnesses';
import { failedCases, type Sabotage } from './sabotage';

const wrongs: [string, Sabotage, string][] = [
  [
    'that tells a watcher before it has what ends it',
    (good) => ({
      watch: (name: string, listener: InstancesListener) => {
        listener(good.snapshot(name));
        return good.watch(name, listener);
      },
    }),
    'a watcher is told once soon with what is known',
  ],
  [
    'that goes on telling',
    (good) => ({
      watch: (name: string, listener: InstancesListener) => {
        good.watch(name, listener);
        return () => undefined;
      },
    }),
    'a watcher is told of changes, and of nothing after it has ended',
  ],
  [
    'that turns its lists round',
    (good) => ({
      snapshot: (name: string): Snapshot => {
        const { instances, confirmedAt } = good.snapshot(name);
        return { instances: [...instances].reverse(), confirmedAt };
      },
    }),
    'who comes follows, who goes leaves, who stays keeps its place',
  ],
  [
    'that forgets all when it stops',
    (good) => {
      let stopped = false;
      return {
        stop: () => good.stop().then(() => void (stopped = true)),
        snapshot: (name: string) => (stopped ? { instances: [], confirmedAt: undefined } : good.snapshot(name)),
      };
    },
    'after the stop what was known can be looked at, nobody is told, nothing is open, and a second one is fine',
  ],
];

test.each(wrongs)('a registry %s is found out', async (_what, sabotage, name) => {
  expect(await failedCases(sabotage)).toContain(name);
  expect(changeCases.map((one) => one.name)).toContain(name);
});

test('a registry that believes an empty answer is found out where it should not', async () => {
  await expect(failedCases(() => ({}), { ...memoryTraits, holds: true })).resolves.toEqual([
    'an answer that is suddenly empty does not empty the list',
  ]);
});

test('an outage that the harness cannot bring about is not passed over', async () => {
  const failed = await failedCases(() => ({}), { ...memoryTraits, fails: true });
  expect(failed).toContain(outageCases[1]?.name);
});

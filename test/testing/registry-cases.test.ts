import { type Snapshot } from '../../src/discovery';
import { addresses, lookingCases, self, two } from '../../src/testing/registry-cases';
import { failedCases, type Sabotage } from './sabotage';

const wrongs: [string, Sabotage, string][] = [
  [
    'that knows something before the start',
    () => ({ snapshot: () => ({ instances: [self], confirmedAt: 1 }) }),
    'before the start nothing is known and nothing is open',
  ],
  [
    'that makes a new list each time',
    (good) => ({
      snapshot: (name: string): Snapshot => {
        const { instances, confirmedAt } = good.snapshot(name);
        return Object.freeze({ instances: Object.freeze([...instances]), confirmedAt });
      },
    }),
    'the list is the same object while nothing changes',
  ],
  [
    'that lets its lists be changed',
    (good) => ({ snapshot: (name: string) => ({ ...good.snapshot(name) }) }),
    'instances are whole, frozen, and told apart by their id',
  ],
  [
    'that tells names apart by case',
    (good) => ({ snapshot: (name: string) => good.snapshot(name === name.toLowerCase() ? name : 'other') }),
    'names are compared without regard to case',
  ],
  [
    'that rejects when its signal aborts',
    (good) => ({
      resolve: (name: string, ms: number, signal?: AbortSignal) =>
        signal?.aborted === true ? Promise.reject(new Error('aborted')) : good.resolve(name, ms, signal),
    }),
    'waiting ends at once where there is no time, or the signal has aborted, or aborts',
  ],
  ['with details that cannot be sent', () => ({ details: () => ({ since: new Date(0) }) }), 'details are plain data'],
];

test.each(wrongs)('a registry %s is found out', async (_what, sabotage, name) => {
  expect(await failedCases(sabotage)).toContain(name);
  expect(lookingCases.map((one) => one.name)).toContain(name);
});

test('what is seeded is shown as it was seeded', () => {
  expect(two.map(({ host, port }) => `${host}:${port}`)).toEqual(['10.0.0.1:8081', '10.0.0.2:8081']);
  expect(addresses({ instances: [self], confirmedAt: 0 })).toEqual(['10.0.0.9:8089']);
});

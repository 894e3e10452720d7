import { clockHere, currentScope, runInScope, systemClock, type Scope } from '../../src/core';
import { FakeClock } from '../support/fake-clock';

const scope = (name: string): Scope => ({ work: undefined, trace: undefined, telemetry: name });

test('outside any scope there is none', () => {
  expect(currentScope()).toBeUndefined();
});

test('a scope holds across everything that its code starts, and no further', async () => {
  const seen: unknown[] = [];
  const note = (): void => void seen.push(currentScope()?.telemetry);
  await runInScope(scope('a'), async () => {
    note();
    await new Promise((resolve) => setImmediate(resolve));
    note();
    runInScope(scope('b'), note);
    process.nextTick(note);
    await new Promise((resolve) => setImmediate(resolve));
    runInScope(undefined, note);
    note();
  });
  note();
  expect(seen).toEqual(['a', 'a', 'b', 'a', undefined, 'a', undefined]);
});

test('two at once do not mix', async () => {
  const work = (name: string): Promise<unknown> =>
    runInScope(scope(name), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return currentScope()?.telemetry;
    });
  await expect(Promise.all([work('a'), work('b'), work('c')])).resolves.toEqual(['a', 'b', 'c']);
});

test('arguments are handed on, and so are results and errors', () => {
  expect(runInScope(scope('a'), (a: number, b: number) => a + b, 1, 2)).toBe(3);
  expect(() =>
    runInScope(scope('a'), () => {
      throw new Error('broken');
    }),
  ).toThrow('broken');
  expect(currentScope()).toBeUndefined();
});

test('a scope can have a time of its own, for what is made in it', () => {
  const clock = new FakeClock();
  expect([clockHere(), runInScope(scope('a'), clockHere)]).toEqual([systemClock, systemClock]);
  expect(runInScope({ ...scope('a'), parts: { clock } }, clockHere)).toBe(clock);
});

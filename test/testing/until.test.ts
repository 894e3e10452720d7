import { AssertionError } from 'node:assert';
import { outOfPatience, patiently, until } from '../../src/testing/until';

test('asks until there is an answer, and gives it', async () => {
  const answers = [undefined, false, null, 0];
  await expect(until(() => answers.shift())).resolves.toBe(0);
  expect(answers).toEqual([]);
});

test('takes promises, and throws what the question throws', async () => {
  await expect(until(() => Promise.resolve('so'))).resolves.toBe('so');
  await expect(until(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('says what it waited for in vain', async () => {
  await expect(until(() => false, { what: 'the mail', limitMs: 10 })).rejects.toThrow(outOfPatience('the mail', 10));
  expect(outOfPatience('it', 1)).toBeInstanceOf(AssertionError);
});

test('a question without an answer is not waited for without end either', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(until(() => never, { what: 'the hang', limitMs: 10 })).rejects.toThrow(outOfPatience('the hang', 10));
});

test('does not depend on fake timers of the runner', async () => {
  jest.useFakeTimers();
  try {
    await expect(until(() => false, { limitMs: 5 })).rejects.toThrow('the condition');
  } finally {
    jest.useRealTimers();
  }
});

test('patiently: the work, or the limit', async () => {
  await expect(patiently(Promise.resolve(7), 'it', 1_000)).resolves.toBe(7);
  await expect(patiently(Promise.reject(new Error('broken')), 'it', 1_000)).rejects.toThrow('broken');
  await expect(patiently(new Promise(() => undefined), 'it', 5)).rejects.toThrow('Waited 5 ms in vain for it.');
});

import { dlqWords } from '../../src/cli/dlq-words';
import { dropLetters, replayLetters } from '../../src/cli/dlq-move';
import { type DeadLetterBox, type LetterProgress } from '../../src/messaging/amqp';
import { testContext, type TestContext } from './support/context';

const end: LetterProgress = { total: 9, seen: 9, meant: 3, done: 3, failed: 0 };
const asked: object[] = [];
beforeEach(() => void asked.splice(0));

type Given = Parameters<DeadLetterBox['replay']>[1];

function boxOf(answer: Partial<LetterProgress> = {}, failure?: Error): DeadLetterBox {
  const answered = { ...end, ...answer };
  const move = (what: string) => (queue: string, options: Given) => {
    const { signal: _signal, onProgress, ...rest } = options ?? {};
    asked.push({ what, queue, ...rest });
    onProgress?.(answered);
    return failure === undefined ? Promise.resolve(answered) : Promise.reject(failure);
  };
  const look = (queue: string, _show: unknown, options: Given) => move('look')(queue, options);
  return { look, replay: move('replay'), drop: move('drop') } as unknown as DeadLetterBox;
}

function run(words: readonly string[], box: DeadLetterBox, context: TestContext): Promise<number> {
  const act = words[0] === 'replay' ? replayLetters : dropLetters;
  return act(box, dlqWords(words), context, context.abort.signal);
}

test('replays what the words say, at their rate', async () => {
  const context = testContext({});
  expect(await run(['replay', 'a.b.c', '--reason', 'failed', '--limit', '5', '--rate', '50'], boxOf(), context)).toBe(
    0,
  );
  expect(asked).toEqual([{ what: 'replay', queue: 'a.b.c', reason: 'failed', limit: 5, rate: 50 }]);
  expect(context.told).toEqual({ out: 'a.b.c: 3 letters replayed, 9 of 9 looked at.\n', err: '' });
});

test('for programs it is an object', async () => {
  const context = testContext({});
  await run(['replay', 'a.b.c', '--json'], boxOf({ done: 1 }), context);
  expect(JSON.parse(context.told.out)).toEqual({ queue: 'a.b.c', ...end, done: 1, interrupted: false });
});

test.each([
  ['replay', 'replayed'],
  ['drop', 'dropped'],
])('a dry run of %s only counts', async (verb, past) => {
  const people = testContext({});
  expect(await run([verb, 'a.b.c', '--dry-run', '--code', 'E'], boxOf({ meant: 1 }), people)).toBe(0);
  expect(asked).toEqual([{ what: 'look', queue: 'a.b.c', code: 'E' }]);
  expect(people.told.out).toBe(`a.b.c: 1 letter would be ${past}, 9 of 9 looked at.\n`);
  const programs = testContext({});
  await run([verb, 'a.b.c', '--dry-run', '--json'], boxOf(), programs);
  expect(JSON.parse(programs.told.out)).toMatchObject({ meant: 3, dryRun: true });
  programs.abort.abort();
  expect(await run([verb, 'a.b.c', '--dry-run'], boxOf(), programs)).toBe(130);
});

test('letters that cannot be written again are a failure in part', async () => {
  const context = testContext({});
  expect(await run(['replay', 'a.b.c'], boxOf({ done: 2, failed: 1 }), context)).toBe(1);
  expect(context.told.err).toBe('1 letter cannot be written again, and kept.\n');
});

test('an error says what was done before it', async () => {
  const context = testContext({});
  await expect(run(['replay', 'a.b.c'], boxOf({ done: 2 }, new Error('full')), context)).rejects.toThrow('full');
  expect(context.told).toEqual({ out: '', err: '2 letters replayed before this happened:\n' });
});

test('an interruption is told', async () => {
  const context = testContext({});
  context.abort.abort();
  expect(await run(['replay', 'a.b.c'], boxOf({ seen: 2, done: 2 }), context)).toBe(130);
  expect(context.told).toEqual({
    out: 'a.b.c: 2 letters replayed, 2 of 9 looked at.\n',
    err: 'Interrupted: the rest is back in its place.\n',
  });
});

test('dropping asks, with the number, and takes a yes', async () => {
  const questions: string[] = [];
  const ask = (question: string): Promise<boolean> => {
    questions.push(question);
    return Promise.resolve(true);
  };
  const context = testContext({ ask });
  expect(await run(['drop', 'a.b.c', '--older-than', '1d'], boxOf(), context)).toBe(0);
  expect(questions).toEqual(['Drop 3 letters of a.b.c for good? [y/N] ']);
  expect(asked).toMatchObject([
    { what: 'look', olderThanMs: 86_400_000 },
    { what: 'drop', olderThanMs: 86_400_000 },
  ]);
  expect(context.told.out).toBe('a.b.c: 3 letters dropped, 9 of 9 looked at.\n');
});

test('and a no', async () => {
  const context = testContext({ ask: () => Promise.resolve(false) });
  expect(await run(['drop', 'a.b.c'], boxOf(), context)).toBe(1);
  expect(context.told).toEqual({ out: '', err: 'Nothing was dropped.\n' });
  expect(asked).toMatchObject([{ what: 'look' }]);
});

test('where there is nothing nobody is asked', async () => {
  const context = testContext({ ask: () => Promise.reject(new Error('asked')) });
  expect(await run(['drop', 'a.b.c'], boxOf({ meant: 0 }), context)).toBe(0);
  expect(context.told.err).toBe('Nothing was dropped.\n');
});

test('Ctrl-C instead of an answer drops nothing', async () => {
  const context = testContext({
    ask: () => {
      context.abort.abort();
      return Promise.resolve(true);
    },
  });
  expect(await run(['drop', 'a.b.c'], boxOf(), context)).toBe(130);
  expect(asked).toMatchObject([{ what: 'look' }]);
});

test('where nobody can be asked it needs --yes', async () => {
  await expect(run(['drop', 'a.b.c'], boxOf(), testContext({}))).rejects.toThrow('it needs --yes');
  expect(asked).toEqual([]);
  expect(await run(['drop', 'a.b.c', '--yes'], boxOf(), testContext({}))).toBe(0);
  expect(asked).toMatchObject([{ what: 'drop' }]);
});

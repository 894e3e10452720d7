import { FakeClock } from '../support/fake-clock';
import { knownSettings } from '../../src/config/known-settings';
import { loadSources } from '../../src/config/load-remote';
import { Problems } from '../../src/config/problems';

const known = knownSettings([{ schema: { a: { doc: 'x', format: 'port', default: 1 } } }], new Problems());
const never = (): Promise<unknown> => new Promise(() => undefined);

test('all are asked at once; each answer is a layer', async () => {
  const clock = new FakeClock();
  const problems = new Problems();
  const sources = [
    { name: 'one', load: async () => ({ a: '1' }) },
    { name: 'two', load: async () => ({ a: 2 }) },
  ];
  const layers = await loadSources(known, sources, { clock, timeoutMs: 10 }, new AbortController().signal, problems);
  expect(layers.map((layer) => layer.get('a'))).toEqual([
    { raw: '1', isText: true, source: 'remote source one' },
    { raw: 2, isText: false, source: 'remote source two' },
  ]);
  expect(clock.timers).toBe(0);
});

test('failures come all at once, with cause, without passwords', async () => {
  const down = new Error('connect to http://me:hunter2@central failed');
  const sources = [
    {
      name: 'down',
      load: () => {
        throw down;
      },
    },
    { name: 'odd', load: () => Promise.reject(new Error('')) },
    { name: 'fine', load: async () => ({}) },
  ];
  const loading = { clock: new FakeClock(), timeoutMs: 10 };
  const signal = new AbortController().signal;
  const both: unknown = await loadSources(known, sources, loading, signal, new Problems()).catch(
    (error: unknown) => error,
  );
  expect(both).toMatchObject({ code: 'CONFIG_INVALID', retryable: true, cause: expect.any(AggregateError) });
  expect((both as Error).message).toContain('remote source down');
  expect((both as Error).message).not.toContain('hunter2');
  const one: unknown = await loadSources(known, sources.slice(0, 1), loading, signal, new Problems()).catch(
    (e: unknown) => e,
  );
  expect(one).toMatchObject({ cause: down });
  const reject = jest.fn<Promise<unknown>, []>().mockRejectedValue('a text');
  const text = [{ name: 'text', load: reject }];
  await expect(loadSources(known, text, loading, signal, new Problems())).rejects.toThrow('a text');
});

test('each has a time limit, and is told to stop', async () => {
  const clock = new FakeClock();
  let told: AbortSignal | undefined;
  const slow = {
    name: 'slow',
    load: (signal: AbortSignal) => {
      told = signal;
      return never();
    },
  };
  const loading = loadSources(known, [slow], { clock, timeoutMs: 5000 }, new AbortController().signal, new Problems());
  const failed = expect(loading).rejects.toThrow('no answer within 5000 ms');
  await clock.advance(4999);
  expect(told?.aborted).toBe(false);
  await clock.advance(1);
  await failed;
  expect(told?.aborted).toBe(true);
  expect(clock.timers).toBe(0);
});

test.each(['before', 'while'])('the signal aborts %s it is asked', async (when) => {
  const controller = new AbortController();
  const clock = new FakeClock();
  let told: AbortSignal | undefined;
  if (when === 'before') controller.abort();
  const slow = {
    name: 'slow',
    load: (signal: AbortSignal) => {
      told = signal;
      return never();
    },
  };
  const loading = loadSources(known, [slow], { clock, timeoutMs: 5000 }, controller.signal, new Problems());
  const failed = expect(loading).rejects.toThrow('the start was given up');
  controller.abort();
  await failed;
  expect(told?.aborted).toBe(true);
  expect(clock.timers).toBe(0);
});

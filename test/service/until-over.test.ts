import { untilOver } from '../../src/service/until-over';

const late = (): Error => new Error('late');

test('resolves with the work, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  const removed = jest.spyOn(signal, 'removeEventListener');
  await untilOver(Promise.resolve('done'), signal, late);
  expect(removed).toHaveBeenCalledTimes(1);
});

test('rejects with what the work rejects with', async () => {
  await expect(untilOver(Promise.reject(new Error('broken')), new AbortController().signal, late)).rejects.toThrow(
    'broken',
  );
});

test('after the signal, work that ends at once still counts', async () => {
  const controller = new AbortController();
  const work = new Promise<void>((resolve) =>
    controller.signal.addEventListener('abort', () => setImmediate(resolve), { once: true }),
  );
  const waiting = untilOver(work, controller.signal, late);
  controller.abort();
  await expect(waiting).resolves.toBeUndefined();
});

test('after the signal, work that does not end is left behind', async () => {
  const controller = new AbortController();
  const waiting = untilOver(new Promise(() => undefined), controller.signal, late);
  controller.abort();
  await expect(waiting).rejects.toThrow('late');
});

test('a signal that has aborted already leaves the same few turns', async () => {
  await expect(untilOver(Promise.resolve(), AbortSignal.abort(), late)).resolves.toBeUndefined();
  await expect(untilOver(new Promise(() => undefined), AbortSignal.abort(), late)).rejects.toThrow('late');
});

test('work that fails after it was left behind is nobody’s unhandled rejection', async () => {
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  let fail = (_error: Error): void => undefined;
  const work = new Promise<void>((_, reject) => (fail = reject));
  await expect(untilOver(work, AbortSignal.abort(), late)).rejects.toThrow('late');
  fail(new Error('too late'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

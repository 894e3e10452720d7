import { dlqCommand } from '../../src/cli/dlq-command';
import { type AmqpDeadLetter, type DeadLetterBox, type LetterOptions } from '../../src/messaging/amqp';
import { letterOf, madeService, orderPlaced, testContext } from './support/context';

const asked: unknown[] = [];
beforeEach(() => void asked.splice(0));

const counting: Partial<DeadLetterBox> = {
  count: (queues) => {
    asked.push(queues);
    return Promise.resolve(queues.map((queue) => ({ queue, letters: 2, waiting: 0, consumers: undefined })));
  },
};

function holding(letters: readonly AmqpDeadLetter[], total = letters.length): Partial<DeadLetterBox> {
  return {
    look: (queue, show, { signal: _signal, ...options }: LetterOptions = {}) => {
      asked.push({ queue, ...options });
      letters.forEach(show);
      return Promise.resolve({ total, seen: letters.length, meant: letters.length, done: 0, failed: 0 });
    },
  };
}

test('lists the queues that are named', async () => {
  const context = testContext({ box: counting });
  expect(await dlqCommand(['list', 'a.b.c'], context)).toBe(0);
  expect(context.told).toEqual({ out: 'QUEUE  LETTERS  WAITING  CONSUMERS\na.b.c  2        0        -\n', err: '' });
  expect(context.connected).toEqual({ options: { url: ['amqp://here'], service: 'keelson-cli' }, closed: true });
});

test('lists those of the service in the folder, commands have none', async () => {
  const service = madeService([orderPlaced, { kind: 'command', name: 'stock.reserve', prefetch: 1 }]);
  const context = testContext({ box: counting, service });
  expect(await dlqCommand(['list', '--json', '--url', 'amqp://there'], context)).toBe(0);
  expect(asked).toEqual([['order.placed.billing']]);
  expect(JSON.parse(context.told.out)).toMatchObject([{ queue: 'order.placed.billing', letters: 2 }]);
  expect(context.connected.options).toMatchObject({ url: ['amqp://there'] });
});

test.each([[undefined], [[]]])('a service that subscribes %j has none', async (sources) => {
  const context = testContext({ service: madeService(sources), env: {} });
  expect(await dlqCommand(['list', '--json'], context)).toBe(0);
  expect(context.told.out).toBe('[]\n');
  expect(context.told.err).toContain('has no dead letters');
  expect(context.connected.options).toBeUndefined();
});

test('shows letters, 20 unless more are asked for', async () => {
  const context = testContext({ box: holding([letterOf(), letterOf({}, { id: 'o-2' })], 57) });
  expect(await dlqCommand(['show', 'a.b.c', '--code', 'E'], context)).toBe(0);
  expect(asked).toEqual([{ queue: 'a.b.c', code: 'E', limit: 20 }]);
  expect(context.told.out).toMatch(/^1 {2}order\.placed {2}o-1 .*\(2d ago\)$/m);
  expect(context.told.out).toMatch(/^2 {2}order\.placed {2}o-2 /m);
  expect(context.told.out).not.toContain('total');
  expect(context.told.out.endsWith('a.b.c: 2 shown, 2 of 57 letters looked at; see --limit.\n')).toBe(true);
});

test('shows them as JSON, with the body if asked for', async () => {
  const context = testContext({ box: holding([letterOf()]) });
  expect(await dlqCommand(['show', 'a.b.c', '--json', '--body', '--limit', '1'], context)).toBe(0);
  expect(JSON.parse(context.told.out)).toMatchObject([{ id: 'o-1', data: { total: 7 } }]);
});

test('what was interrupted says so by its exit code', async () => {
  const context = testContext({ box: holding([]) });
  context.abort.abort();
  expect(await dlqCommand(['show', 'a.b.c'], context)).toBe(130);
  expect(context.told.out).toBe('a.b.c: 0 shown, 0 of 0 letters looked at.\n');
});

test('the box is closed even if it fails', async () => {
  const context = testContext({ box: { count: () => Promise.reject(new Error('away')) } });
  await expect(dlqCommand(['list', 'a.b.c'], context)).rejects.toThrow('away');
  expect(context.connected.closed).toBe(true);
});

import { type ChannelModel } from 'amqplib';
import { type Line } from '../../../src/messaging/amqp/line';
import { resolveOptions } from '../../../src/messaging/amqp/options';
import { closeToolLine, openToolLine } from '../../../src/messaging/amqp/tool-line';
import { FakeClock } from '../../support/fake-clock';

const clock = new FakeClock();
const options = resolveOptions({ url: ['amqp://u:hunter22@one', 'amqp://two'], service: 'tools', clock });

function line(close: () => Promise<void>): Line & { cuts: number } {
  const model = { on: () => model, close } as unknown as ChannelModel;
  const made = { model, received: () => 0, cuts: 0, cut: () => void (made.cuts += 1) };
  return made;
}

test('is of the first broker that answers', async () => {
  const asked: string[] = [];
  const good = line(() => Promise.resolve());
  const opened = await openToolLine(options, 'letters', undefined, (address, name) => {
    asked.push(`${address.host} ${name}`);
    return address.host === 'one' ? Promise.reject(new Error('away')) : Promise.resolve(good);
  });
  expect(opened).toBe(good);
  expect(asked).toEqual(['one tools (letters)', 'two tools (letters)']);
});

test('where none answers each one’s reason is told, without credentials', async () => {
  const opening = openToolLine(options, 'letters', undefined, ({ host }) =>
    Promise.reject(new Error(`${host} is away`)),
  );
  await expect(opening).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: 'No broker: amqp://one:5672: one is away; amqp://two:5672: two is away',
  });
});

test('after an abort no further one is asked', async () => {
  const abort = new AbortController();
  let asked = 0;
  const opening = openToolLine(options, 'letters', abort.signal, () => {
    asked += 1;
    abort.abort();
    return Promise.reject(new Error('away'));
  });
  await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  expect(asked).toBe(1);
});

test.each([[() => Promise.resolve()], [() => Promise.reject(new Error('closed already'))]])(
  'is closed and cut',
  async (close) => {
    const opened = line(close);
    await closeToolLine(opened, { clock });
    expect([opened.cuts, clock.timers]).toEqual([1, 0]);
  },
);

test('a broker that does not answer is cut off after 2 s', async () => {
  let over = (): void => undefined;
  const opened = line(() => new Promise((resolve) => (over = resolve)));
  const closing = closeToolLine(opened, { clock });
  await clock.advance(1_999);
  expect(opened.cuts).toBe(0);
  await clock.advance(1);
  expect(opened.cuts).toBe(1);
  over();
  await closing;
});

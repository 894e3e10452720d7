import { EventEmitter, once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { watchUnread, WriteStall } from '../../src/http/write-stall';
import { FakeClock } from '../support/fake-clock';

interface FakeSocket extends EventEmitter {
  writableLength: number;
  destroyed: boolean;
  _handle: { writeQueueSize: number } | null;
}

function fake(
  writableLength: number,
  writeQueueSize: number,
): { socket: Socket; state: FakeSocket; timeout: jest.Mock } {
  const state = Object.assign(new EventEmitter(), { writableLength, destroyed: false, _handle: { writeQueueSize } });
  const timeout = jest.fn();
  state.on('timeout', timeout);
  return { socket: state as unknown as Socket, state, timeout };
}

test('what makes no progress for the limit is said once per limit', () => {
  const { socket, timeout } = fake(100, 100);
  const stall = new WriteStall();
  for (let now = 0; now < 1_000; now += 25) stall.check(socket, now, 1_000);
  expect(timeout).not.toHaveBeenCalled();
  stall.check(socket, 1_000, 1_000);
  stall.check(socket, 1_025, 1_000);
  expect(timeout).toHaveBeenCalledTimes(1);
});

test.each<[string, (state: FakeSocket) => void]>([
  ['a part of one large piece', (state) => (state._handle = { writeQueueSize: 50 })],
  ['a piece', (state) => (state.writableLength = 50)],
  ['another answer', (state) => (state.writableLength = 150)],
])('%s is progress: the time begins anew', (_what, progress) => {
  const { socket, state, timeout } = fake(100, 100);
  const stall = new WriteStall();
  stall.check(socket, 0, 1_000);
  progress(state);
  stall.check(socket, 999, 1_000);
  stall.check(socket, 1_998, 1_000);
  expect(timeout).not.toHaveBeenCalled();
  stall.check(socket, 1_999, 1_000);
  expect(timeout).toHaveBeenCalledTimes(1);
});

test('nothing that waits is no stall, and what comes after it begins anew', () => {
  const { socket, state, timeout } = fake(100, 100);
  const stall = new WriteStall();
  stall.check(socket, 0, 1_000);
  state.writableLength = 0;
  stall.check(socket, 500, 1_000);
  state.writableLength = 100;
  stall.check(socket, 1_000, 1_000);
  state._handle = null;
  stall.check(socket, 1_999, 1_000);
  expect(timeout).not.toHaveBeenCalled();
});

test('a real socket shows how much of one piece has gone', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  client.pause();
  socket.write(Buffer.alloc(20_000_000));
  const { writeQueueSize } = (socket as unknown as FakeSocket)._handle as { writeQueueSize: number };
  expect(socket.writableLength).toBe(20_000_000);
  expect(writeQueueSize).toBeGreaterThan(0);
  expect(writeQueueSize).toBeLessThan(20_000_000);
  client.destroy();
  socket.destroy();
  server.close();
});

describe('an answer that no sweep looks after', () => {
  test('is looked at until it is read', async () => {
    const clock = new FakeClock();
    const { socket, state, timeout } = fake(100, 100);
    watchUnread(socket, clock, 30_000);
    await clock.advance(29_000);
    state.writableLength = 0;
    await clock.advance(500);
    expect(clock.timers).toBe(0);
    expect(timeout).not.toHaveBeenCalled();
  });

  test('is cut when it is not, and not looked at any longer', async () => {
    const clock = new FakeClock();
    const { socket, state, timeout } = fake(100, 100);
    socket.once('timeout', () => (state.destroyed = true));
    watchUnread(socket, clock, 30_000);
    await clock.advance(30_000);
    expect(timeout).toHaveBeenCalledTimes(1);
    await clock.advance(500);
    expect(clock.timers).toBe(0);
  });
});

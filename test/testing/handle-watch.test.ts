import { createServer, connect, type AddressInfo } from 'node:net';
import { HandleWatch } from '../../src/testing/handle-watch';
import { until } from '../../src/testing/until';

/** While true, what is opened belongs to us. */
let ours = false;
let watch: HandleWatch;
const cleanUp: (() => void)[] = [];

beforeEach(() => {
  ours = false;
  watch = new HandleWatch(() => ours);
  watch.start();
});
afterEach(() => {
  watch.stop();
  for (const close of cleanUp.splice(0)) close();
});

const whats = () => watch.open().map(({ what }) => what);

test('names timers, until they are cancelled, have fired or keep nobody alive', async () => {
  ours = true;
  const every = setInterval(() => undefined, 1_234);
  const after = setTimeout(() => undefined, 60_000);
  setTimeout(() => undefined, 60_000).unref();
  const fired = new Promise((resolve) => setTimeout(resolve, 1));
  ours = false;
  expect(watch.open()).toHaveLength(3);
  await fired;
  expect(whats()).toEqual(['a timer that repeats every 1234 ms', 'a timer of 60000 ms']);
  clearInterval(every);
  clearTimeout(after);
  expect(watch.open()).toEqual([]);
});

test('says where it was made', () => {
  ours = true;
  const timer = setTimeout(() => undefined, 60_000);
  ours = false;
  cleanUp.push(() => clearTimeout(timer));
  const [open] = watch.open();
  expect(open?.madeAt[0]).toMatch(/handle-watch\.test\.ts:\d+/);
  expect(open?.madeAt.join('\n')).not.toContain('node:');
});

test('names servers and sockets, with their addresses', async () => {
  ours = true;
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  ours = false;
  expect(whats()).toEqual(expect.arrayContaining([`a server on 127.0.0.1:${port}`, `a socket to 127.0.0.1:${port}`]));
  socket.destroy();
  server.close();
  await until(() => watch.open().length === 0);
});

test('leaves alone what belongs to others, and what is opened before and after', () => {
  ours = true;
  const timers = [setTimeout(() => undefined, 60_000)];
  ours = false;
  timers.push(setTimeout(() => undefined, 60_001));
  ours = true;
  watch.stop();
  timers.push(setTimeout(() => undefined, 60_002));
  cleanUp.push(() => timers.forEach((timer) => clearTimeout(timer)));
  expect(whats()).toEqual(['a timer of 60000 ms']);
});

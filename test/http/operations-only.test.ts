import { type Operation } from '../../src/http';
import { rawExchange } from '../support/raw-http';
import { gate, problemIn, start, stopAll, type Running } from './support/running';

afterEach(stopAll);

const operation = (path: string, more: Partial<Operation> = {}): Operation => ({
  method: 'GET',
  path,
  handle: ({ access }) => ({ status: 200, body: JSON.stringify({ path, access }) }),
  ...more,
});

const [slow, called] = [gate(), gate()];
const operations = [
  operation('/livez', { everywhere: true }),
  operation('/metrics'),
  operation('/env', { needsAccess: true }),
  operation('/slow', {
    handle: async () => {
      called.open();
      await slow.promise;
      return { status: 200, body: '' };
    },
  }),
];

async function service(managementToken?: string): Promise<Running & { management: string }> {
  const running = await start(
    (app) => {
      app.get('/orders', (_req, res) => void res.send('orders'));
      app.get('/metrics', (_req, res) => void res.send('the service’s own metrics'));
    },
    { operations, managementPort: 0, managementToken },
  );
  return { ...running, management: `http://127.0.0.1:${running.managementPort}` };
}

test('the management port has every operation, with access, and nothing of the service', async () => {
  const { management, lines } = await service();
  for (const path of ['/livez', '/metrics', '/env']) {
    expect(await (await fetch(management + path)).json()).toEqual({ path, access: true });
  }
  const answer = await fetch(`${management}/orders?token=x`, { headers: { 'x-request-id': 'r-1' } });
  expect(await problemIn(answer)).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
    instance: '/orders',
    requestId: 'r-1',
  });
  expect(answer.headers.get('x-request-id')).toBe('r-1');
  expect(lines).toEqual([]);
});

test('the main port keeps those that are to be everywhere', async () => {
  const { url } = await service();
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  expect((await fetch(`${url}/env`)).status).toBe(404);
  expect(await (await fetch(`${url}/metrics`)).text()).toBe('the service’s own metrics');
});

test('the token opens nothing more on the main port than is there', async () => {
  const { url } = await service('s3cret');
  expect((await fetch(`${url}/env`, { headers: { authorization: 'Bearer s3cret' } })).status).toBe(404);
});

test('it answers before the service is open', async () => {
  const { http, management } = await service();
  http.drain();
  expect((await fetch(`${management}/livez`)).headers.get('connection')).toBe('close');
});

test('it has the limits of the main port', async () => {
  const { managementPort } = await service();
  const port = managementPort as number;
  expect(await rawExchange(port, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatchObject([
    { status: 400, headers: { 'content-type': 'application/problem+json' } },
  ]);
  expect(await rawExchange(port, `GET / HTTP/1.1\r\nA: ${'b'.repeat(17_000)}\r\n\r\n`)).toMatchObject([
    { status: 431 },
  ]);
});

test('it is there until it is closed, after the main port', async () => {
  const { http, management, url } = await service();
  http.drain();
  await http.close(new AbortController().signal);
  await expect(fetch(`${url}/livez`)).rejects.toThrow();
  expect((await fetch(`${management}/livez`)).status).toBe(200);
  await http.closeManagement(new AbortController().signal);
  await expect(fetch(`${management}/livez`)).rejects.toThrow();
});

test('closing waits for what it is answering', async () => {
  const { http, management } = await service();
  const asked = fetch(`${management}/slow`);
  await called.promise;
  http.drain();
  const closed = http.closeManagement(new AbortController().signal);
  slow.open();
  expect((await asked).status).toBe(200);
  await closed;
});

import { ask } from '../../support/ask';
import { closingClient, startGreeter, type Instance, type Tally } from '../support/greeter';
import { fault } from './support/fault';

const stops = 20;
const requests = 20_000;
/** How old the callers' list of instances may be: so long they go on choosing one that is about to end. */
const viewMs = 500;
const start = (): Promise<Instance> => startGreeter({ SHUTDOWN_DRAIN_DELAY_MS: '1000' });

const instances = new Set<Instance>();

afterAll(() => {
  for (const { child } of instances) child.kill('SIGKILL');
});

async function started(): Promise<Instance> {
  const instance = await start();
  instances.add(instance);
  return instance;
}

/** Sends SIGTERM; asks for readiness meanwhile. Resolves to its answer and the exit code. */
async function stopped(instance: Instance): Promise<{ ready: number; code: number | null }> {
  instance.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const { status } = await ask(instance.port, '/readyz');
  const code = await instance.exited;
  instances.delete(instance);
  return { ready: status, code };
}

/**
 * The bar of production: an instance is told to stop while clients send as fast as they can, and none of them notices.
 * The clients do what HTTP says: an answer with `Connection: close` is the last one on its connection, and the next request goes to any
 * instance on their list. The list is that of half a second ago, and nothing is sent twice.
 */
fault(
  1,
  '20 SIGTERMs under load behind callers whose list is up to 500 ms old',
  'no request fails',
  async (report) => {
    const tally: Tally = { sent: 0, answered: 0, failed: 0, moved: 0, errors: [] };
    let running = [await started(), await started()];
    let view = running;
    const refresh = setInterval(() => (view = running), viewMs);
    const port = (): number => (view[Math.floor(Math.random() * view.length)] as Instance).port;
    let over = false;
    const clients = Array.from({ length: 64 }, () => closingClient(port, () => over, tally));
    const ends: { ready: number; code: number | null }[] = [];
    try {
      // On a slow machine there are more stops, until there were requests enough.
      while (ends.length < stops || (tally.sent < requests && ends.length < 2 * stops)) {
        const [oldest, other] = running as [Instance, Instance];
        running = [other, await started()];
        ends.push(await stopped(oldest));
      }
    } finally {
      over = true;
      clearInterval(refresh);
      await Promise.all(clients);
    }
    for (const { child } of running) child.kill('SIGINT');
    for (const instance of running) expect(await instance.exited).toBe(0);

    report(`${tally.failed} of ${tally.sent} requests failed over ${ends.length} stops, limit 0 of ${requests}`);
    expect(tally.errors).toEqual([]);
    expect(tally.failed).toBe(0);
    expect(tally.answered).toBe(tally.sent);
    expect(tally.moved).toBeGreaterThanOrEqual(ends.length);
    expect(tally.sent).toBeGreaterThanOrEqual(requests);
    expect(ends).toEqual(ends.map(() => ({ ready: 503, code: 0 })));
  },
  { timeoutMs: 240_000 },
);

import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { fault } from './support/fault';

const fixture = join(__dirname, 'fixtures', 'caching-service.cjs');

const balancers = new Set<Balancer>();

afterAll(() => {
  for (const balancer of balancers) balancer.stop();
  endPrograms();
});

/** A service with 128 MB of heap. */
const start = (): Program => runProgram(['--max-old-space-size=128', fixture], { LOG_ACCESS: 'false' });

/** Heap in use, in MB. */
async function heap(port: number): Promise<number> {
  const { body } = await ask(port, '/metrics');
  const used = [...body.matchAll(/^v8js_memory_heap_used_bytes\{.*\} (.*)$/gm)];
  return used.reduce((sum, [, bytes]) => sum + Number(bytes), 0) / 1024 ** 2;
}

/** A balancer in front of one instance: sends 100 requests a second, and looks at its readiness ten times a second where it heeds it. */
class Balancer {
  sent = 0;
  failed = 0;
  ready = true;
  readonly #timers: NodeJS.Timeout[];

  constructor(port: number, heeds: boolean) {
    balancers.add(this);
    const send = (): void => {
      if (heeds && !this.ready) return;
      this.sent += 1;
      ask(port, `/items/${this.sent}`).then(
        ({ status }) => (this.failed += status === 200 ? 0 : 1),
        () => (this.failed += 1),
      );
    };
    const look = async (): Promise<void> => {
      this.ready = (await ask(port, '/readyz')).status === 200;
    };
    this.#timers = [setInterval(send, 10), setInterval(() => void look().catch(() => undefined), 100)];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}

fault(
  27,
  'a cache without a bound in a heap of 128 MB',
  'readiness is off before memory is out and on again without the load; no process dies, where one whose readiness nobody heeds does',
  async (report) => {
    const [heeded, ignored] = [start(), start()];
    const port = await heeded.ready();
    await eventually(async () => ((await ask(port, '/readyz')).status === 200 ? true : undefined), 'readiness');
    const ignoring = new Balancer(await ignored.ready(), false);
    const balancer = new Balancer(port, true);
    const offs: number[] = [];
    const ons: number[] = [];
    /** True when it holds; throws when there is nothing more to wait for. */
    const alive = (holds: boolean): true | undefined => {
      if (heeded.child.signalCode !== null) throw new Error(`it died of ${heeded.child.signalCode}: ${heeded.stderr}`);
      return holds ? true : undefined;
    };
    for (let round = 1; round <= 2; round++) {
      await eventually(() => alive(!balancer.ready), `readiness off, round ${round}`, 30_000);
      offs.push(await heap(port));
      const from = performance.now();
      await eventually(() => alive(balancer.ready), `readiness on, round ${round}`, 30_000);
      ons.push(performance.now() - from);
      expect((await ask(port, '/livez')).status).toBe(200);
    }
    balancer.stop();
    const died = await ignored.ended;
    ignoring.stop();
    expect((await ask(port, '/items/last')).status).toBe(200);
    expect(died.signal ?? died.code).not.toBe(0);
    expect(ignored.stderr).toContain('heap out of memory');
    expect({ code: heeded.child.exitCode, failed: balancer.failed }).toEqual({ code: null, failed: 0 });
    heeded.kill('SIGINT');
    expect((await heeded.ended).code).toBe(0);
    report(
      `0 deaths out of memory, limit 0 (1 of 1 where readiness was not heeded); readiness off at ${offs.map(Math.round).join(' and ')} MB of 128, ` +
        `on again after ${ons.map((ms) => (ms / 1_000).toFixed(1)).join(' and ')} s; ${balancer.failed} of ${balancer.sent} requests failed`,
    );
  },
  { timeoutMs: 120_000 },
);

import { join } from 'node:path';
import { createClient, type ClientOptions, type OwnedClient } from '../../../../src/client';
import { outlierEjection, staticRegistry, type Balancer, type Instance, type Outcome } from '../../../../src/discovery';
import { ask } from '../../../support/ask';
import { runProgram, type Program } from '../../../support/program';

/** An instance in a process of its own, whose health the test decides. */
export interface Toggled {
  readonly program: Program;
  readonly port: number;
  /** As it is named by the registry. */
  readonly id: string;
  /** What it answers with from now on, and after how long. */
  mode(status: number, ms?: number): Promise<void>;
  /** Requests it was sent so far. */
  asked(): Promise<number>;
}

/** Starts one on a free port, or on one that was used before. */
export async function startToggled(port = 0): Promise<Toggled> {
  const program = runProgram([join(__dirname, '../fixtures/toggled.cjs')], { PORT: String(port) });
  const bound = await program.ready();
  return {
    program,
    port: bound,
    id: `127.0.0.1:${bound}`,
    mode: async (status, ms = 0) => void (await ask(bound, `/mode?status=${status}&ms=${ms}`, { method: 'PUT' })),
    asked: async () => Number((await ask(bound, '/asked')).body),
  };
}

/** Some at once. */
export function startMany(count: number): Promise<Toggled[]> {
  return Promise.all(Array.from({ length: count }, () => startToggled()));
}

/** An attempt, as the balancer was told of it. */
export interface Attempted {
  readonly id: string;
  /** When it ended, by performance.now(). */
  readonly at: number;
  readonly ms: number;
  readonly outcome: Outcome;
}

/** A client of the service `stock`, and what became of its attempts. */
export interface Watched {
  readonly client: OwnedClient;
  readonly attempts: Attempted[];
  /** Attempts under way at an instance. */
  underWay(id: string): number;
}

/** A client of the service `stock`, with a registry that lists these instances whatever becomes of them. */
export async function clientOf(
  urls: readonly string[],
  options: ClientOptions = {},
  balancer: Balancer = outlierEjection(),
): Promise<Watched> {
  const registry = staticRegistry({ services: { stock: urls } });
  await registry.start();
  const attempts: Attempted[] = [];
  const open = new Map<string, number>();
  const count = ({ id }: Instance, by: number): void => void open.set(id, (open.get(id) ?? 0) + by);
  const watching: Balancer = {
    pick: (candidates, pickOptions) => balancer.pick(candidates, pickOptions),
    begin: (instance) => {
      count(instance, 1);
      balancer.begin(instance);
    },
    end: (instance, ms, outcome) => {
      count(instance, -1);
      attempts.push({ id: instance.id, at: performance.now(), ms, outcome });
      balancer.end(instance, ms, outcome);
    },
  };
  const client = createClient('stock', options, { registry, balancer: watching });
  return { client, attempts, underWay: (id) => open.get(id) ?? 0 };
}

/** Where they are. */
export function urlsOf(instances: readonly Toggled[]): string[] {
  return instances.map(({ port }) => `http://127.0.0.1:${port}`);
}

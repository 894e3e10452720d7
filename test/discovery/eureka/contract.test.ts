import { type Registry } from '../../../src/discovery';
import { createEurekaRegistry } from '../../../src/discovery/eureka';
import { registryContract, type RegistryHarness } from '../../../src/testing';
import { eventually } from '../../support/eventually';
import { FakeClock, settle as turn } from '../../support/fake-clock';
import { freePort } from '../../support/free-port';
import { FakeEureka, info, type Info } from './support/fake-eureka';

const interval = 30_000;
/** In how many steps an interval passes: between two of them answers come over real sockets. */
const steps = 30;

async function make(): Promise<RegistryHarness> {
  const clock = new FakeClock();
  const port = await freePort();
  let eureka: FakeEureka | undefined = await FakeEureka.start(port);
  const seeded = new Map<string, Info[]>();
  const running = new Set<Registry>();
  const stopped = new Set<Registry>();
  const fetches = (registry: Registry): number => {
    const counts = Object.values(registry.details()['fetches'] as Record<string, number>);
    return counts.reduce((sum, count) => sum + count, 0);
  };
  /** Each of these turns lets sockets do what they are ready for; a request takes some ten of them. */
  const answers = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) await turn();
  };
  const list = (): void => {
    if (eureka !== undefined) eureka.others = [...seeded.values()].flat();
  };
  const down = async (): Promise<void> => {
    const gone = eureka;
    eureka = undefined;
    await gone?.close();
  };
  return {
    create: () => {
      const registry = createEurekaRegistry({
        urls: [`http://127.0.0.1:${port}/eureka`],
        clock,
        random: () => 1,
        fetchIntervalMs: interval,
        renewIntervalMs: interval,
      });
      const [start, stop] = [registry.start.bind(registry), registry.stop.bind(registry)];
      registry.start = (signal) => {
        if (!stopped.has(registry)) running.add(registry);
        return start(signal);
      };
      registry.stop = (signal) => {
        running.delete(registry);
        stopped.add(registry);
        return stop(signal);
      };
      return registry;
    },
    seed: (service, instances) => {
      const infos = instances.map(({ host, port: at }) =>
        info(service, `${host}:${at}`, { hostName: host, port: { $: at, '@enabled': 'true' } }),
      );
      seeded.set(service, infos);
      list();
    },
    settle: async () => {
      const before = new Map([...running].map((registry) => [registry, fetches(registry)]));
      await answers();
      for (let step = 0; step < steps; step++) {
        await clock.advance(interval / steps);
        await answers();
      }
      for (const [registry, count] of before)
        await eventually(() => fetches(registry) > count || !running.has(registry) || undefined, 'a fetch');
      await answers();
    },
    reachable: async (is) => {
      await down();
      if (is) eureka = await FakeEureka.start(port);
      list();
    },
    open: () => clock.timers,
    dispose: down,
  };
}

const traits = { registers: true, changes: true, holds: true, fails: true };
for (const { name, run } of registryContract(traits, make)) test(name, run);

import {
  createMemoryNetwork,
  dnsRegistry,
  makeInstance,
  memoryRegistry,
  staticRegistry,
  type Instance,
} from '../../src/discovery';
import { type RegistryHarness, type RegistryTraits, type SeededInstance } from '../../src/testing';
import { DnsServer } from '../support/dns-server';
import { FakeClock, settle } from '../support/fake-clock';
import { LookupClock } from './lookup-clock';

export const memoryTraits: RegistryTraits = { registers: true, changes: true, holds: false, fails: false };

export function memoryHarness(): RegistryHarness {
  const clock = new FakeClock();
  const network = createMemoryNetwork();
  const seeded = new Map<string, Instance>();
  const owner = {};
  return {
    create: () => memoryRegistry({ network, clock }),
    seed: (service, instances) => {
      const wanted = instances.map((one) => makeInstance({ ...one, service }));
      for (const [id, one] of seeded)
        if (one.service === service && !wanted.some((w) => w.id === id)) {
          network.remove(owner, one);
          seeded.delete(id);
        }
      for (const one of wanted) {
        network.put(owner, { instance: one, status: 'UP' });
        seeded.set(one.id, one);
      }
    },
    settle,
    open: () => clock.timers,
  };
}

export const staticTraits: RegistryTraits = { registers: false, changes: false, holds: false, fails: false };

export function staticHarness(): RegistryHarness {
  const clock = new FakeClock();
  const services: Record<string, string[]> = {};
  return {
    create: () => staticRegistry({ services, clock }),
    seed: (service, instances) => {
      services[service] = instances.map(({ host, port }) => `http://${host}:${port}`);
    },
    settle,
    open: () => clock.timers,
  };
}

export const dnsTraits: RegistryTraits = { registers: false, changes: true, holds: true, fails: true };

/** `srv`: the records carry the ports. */
export async function dnsHarness(srv: boolean): Promise<RegistryHarness> {
  const clock = new LookupClock();
  const server = new DnsServer();
  const address = await server.start();
  const options = { servers: [address], suffix: 'example', clock, ...(!srv && { port: 8081 }) };
  const seedSrv = (service: string, instances: readonly SeededInstance[]): void => {
    const records = instances.map(({ host, port }) => ({ type: 'SRV' as const, target: host, port }));
    server.zone.set(`_http._tcp.${service}.example`, records);
  };
  const seedAddresses = (service: string, instances: readonly SeededInstance[]): void => {
    const records = instances.map(({ host }) => ({ type: 'A' as const, address: host }));
    server.zone.set(`${service}.example`, records);
  };
  return {
    create: () => dnsRegistry(options),
    seed: srv ? seedSrv : seedAddresses,
    settle: async () => {
      // First what is under way: time that passes would end it.
      await clock.idle();
      await clock.pass(10_000);
    },
    reachable: (is) => void (server.mode = is ? 'answer' : 'failure'),
    open: () => clock.timers,
    dispose: () => server.stop(),
  };
}

import { DiscoveredTargets } from '../../src/client/discovered-targets';
import { type Balancer, type Instance, makeInstance, type Registry, type Snapshot } from '../../src/discovery';
import { Call } from '../../src/resilience/call';
import { FakeClock } from '../support/fake-clock';

const clock = new FakeClock();
const call = (key?: string): Call =>
  new Call({ clock, work: () => Promise.resolve(), key, deadline: undefined, attempt: 1 });
const one = makeInstance({ id: 'a', service: 'inventory', host: '10.0.0.7', port: 8080 });
const two = makeInstance({ id: 'b', service: 'inventory', host: '2001:db8::1', port: 8443, secure: true });

interface Told {
  readonly picks: unknown[];
  readonly begun: string[];
  readonly ended: unknown[];
}

function balancer(choose: (candidates: readonly Instance[]) => Instance | undefined): Balancer & Told {
  const told: Told = { picks: [], begun: [], ended: [] };
  return {
    ...told,
    pick: (candidates, wish) => {
      told.picks.push(wish);
      return choose(candidates);
    },
    begin: ({ id }) => told.begun.push(id),
    end: ({ id }, ms, outcome) => told.ended.push([id, ms, outcome]),
  };
}

function registry(known: Snapshot, later?: Snapshot): Registry {
  return { snapshot: () => known, resolve: () => Promise.resolve(later ?? known) } as unknown as Registry;
}

test('asks the balancer, and tells it how the attempt went', async () => {
  const told = balancer(([, second]) => second);
  const targets = new DiscoveredTargets('inventory', registry({ instances: [one, two], confirmedAt: 1 }), told, 100);
  const target = await targets.pick(call('k'), ['a']);
  expect(target).toMatchObject({
    origin: 'https://[2001:db8::1]:8443',
    host: '2001:db8::1',
    port: 8443,
    instance: 'b',
  });
  expect(told.begun).toEqual([]);
  target.begin();
  target.end(12, 'failure');
  expect(told).toMatchObject({ picks: [{ key: 'k', avoid: ['a'] }], begun: ['b'], ended: [['b', 12, 'failure']] });
});

test('waits for the first answer of the registry, once', async () => {
  const told = balancer(([first]) => first);
  const nothing = { instances: [], confirmedAt: undefined };
  const targets = new DiscoveredTargets(
    'inventory',
    registry(nothing, { instances: [one], confirmedAt: 1 }),
    told,
    100,
  );
  await expect(targets.pick(call(), undefined)).resolves.toMatchObject({ origin: 'http://10.0.0.7:8080' });
});

test('says whether the registry knows nobody or has not answered', async () => {
  const nobody = balancer(() => undefined);
  const silent = new DiscoveredTargets('a', registry({ instances: [], confirmedAt: undefined }), nobody, 1);
  await expect(silent.pick(call(), undefined)).rejects.toThrow('The registry has not answered yet');
  const empty = new DiscoveredTargets('a', registry({ instances: [], confirmedAt: 5 }), nobody, 1);
  expect(() => empty.pick(call(), undefined)).toThrow('The registry knows none that is UP');
});

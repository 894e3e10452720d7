import { createService, clientsOf, sourcesOf, type Service } from '../../service';
import { type PatientFacts, type SubscriptionFacts, type Begin } from './orders';
import { getRoutes } from './get-routes';
import { plantedClient } from './planted';

/** A service with nothing of its own, and none of the files of the one that is looked at. */
const plain = Object.freeze({
  name: 'keelson-doctor',
  version: '0.0.0',
  settings: { config: { dir: __dirname, secretsDir: null } },
});

/** What can be seen of a service. */
export function factsOf(service: Service, { settings, prefix }: Begin, port: number | undefined): PatientFacts {
  const described = service.config.describe();
  const chassis = createService(plain).config.describe();
  return {
    name: service.name,
    version: service.version,
    settings: described,
    chassis: chassis.map(({ key }) => key),
    clients: clientsOf(service).filter(({ to }) => to !== plantedClient),
    subscriptions: subscriptionsOf(service),
    routes: getRoutes(service).filter((template) => !template.startsWith(prefix)),
    takesSettings: takes(service, settings),
    secrets: described.filter(({ sensitive }) => sensitive).flatMap(({ key }) => textsOf(valueOf(service, key))),
    rss: process.memoryUsage.rss(),
    port,
  };
}

function subscriptionsOf(service: Service): readonly SubscriptionFacts[] {
  return (sourcesOf(service) ?? []).flatMap((source) =>
    source.kind === 'event'
      ? [{ event: source.name, group: source.group, ordered: source.ordered, delaysMs: source.delaysMs }]
      : [],
  );
}

/** One that comes through tells for all: some the service may set itself, on purpose. */
function takes(service: Service, settings: Begin['settings']): boolean {
  const given = telling.flatMap((key) => {
    const [group = '', name = ''] = key.split('.');
    const value = (settings[group] as Readonly<Record<string, unknown>> | undefined)?.[name];
    return value === undefined ? [] : [valueOf(service, key) === value];
  });
  return given.length === 0 || given.includes(true);
}

/** Settings to which the doctor gives values that nobody has by chance. */
const telling: readonly string[] = ['management.token', 'shutdown.timeoutMs', 'health.intervalMs'];

function valueOf(service: Service, key: string): unknown {
  return (service.config.get as (key: string) => unknown)(key);
}

/** Shorter ones are found everywhere by chance. */
const shortestSecret = 6;

function textsOf(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? (value as unknown[]) : [value];
  return all.filter((one): one is string => typeof one === 'string' && one.length >= shortestSecret);
}

import { type Instance, type InstanceStatus } from './contract';
import { serviceName } from './instance';

/** Who has registered in a memory network. */
export interface Registration {
  readonly instance: Instance;
  readonly status: InstanceStatus;
}

/** What the services of one process share when they find each other in memory. Give the same one to each of them. */
export interface MemoryNetwork {
  /** The instances of a service that are UP, in the order in which they came. */
  up(service: string): readonly Instance[];
  /** Adds a registration, or replaces the one of the same instance. Only `owner` can change it afterwards. */
  put(owner: object, registration: Registration): void;
  /** Takes the registration of this instance out, if it is still this owner's. */
  remove(owner: object, instance: Instance): void;
  /** Calls with the name of each service whose registrations change. @returns ends it */
  onChange(listener: (service: string) => void): () => void;
}

/** Makes an empty network. */
export function createMemoryNetwork(): MemoryNetwork {
  const services = new Map<string, Map<string, Registration & { readonly owner: object }>>();
  const listeners = new Set<(service: string) => void>();
  const changed = (service: string): void => {
    for (const listener of [...listeners]) listener(service);
  };
  return Object.freeze({
    up: (service: string) => {
      const all = [...(services.get(serviceName(service))?.values() ?? [])];
      return all.filter(({ status }) => status === 'UP').map(({ instance }) => instance);
    },
    put: (owner: object, { instance, status }: Registration) => {
      const of = services.get(instance.service) ?? new Map<string, Registration & { readonly owner: object }>();
      services.set(instance.service, of.set(instance.id, { owner, instance, status }));
      changed(instance.service);
    },
    remove: (owner: object, { service, id }: Instance) => {
      const of = services.get(service);
      if (of?.get(id)?.owner !== owner) return;
      of.delete(id);
      if (of.size === 0) services.delete(service);
      changed(service);
    },
    onChange: (listener: (service: string) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  });
}

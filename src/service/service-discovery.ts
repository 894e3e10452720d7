import { type Registry } from '../discovery';
import { type ServiceDiscovery } from './service';

const nobody = Object.freeze([]);

/** What a service shows of its registry. */
export function discoveryOf(registry: Registry | undefined): ServiceDiscovery {
  return {
    instances: (service) => registry?.snapshot(service).instances ?? nobody,
    watch: (service, listener) =>
      registry?.watch(service, ({ instances }) => listener(instances)) ?? ((): void => undefined),
  };
}

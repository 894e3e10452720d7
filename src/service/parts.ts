import { type Service } from './service';

/** What a service was filled with. */
export interface ServiceParts {
  /** The templates of its routes, like `/orders/:id`. */
  readonly routes: readonly string[];
  /** The names of its components, in the order in which they start. */
  readonly components: readonly string[];
}

/**
 * What a service was filled with, for tools that load it without starting it. Not part of {@link Service}: nobody who writes one needs it.
 *
 * @returns nothing at all where the service comes from an older copy of the package
 */
export function partsOf(service: Service): ServiceParts {
  const { parts } = service as Partial<{ parts: () => ServiceParts }>;
  return parts?.call(service) ?? { routes: [], components: [] };
}

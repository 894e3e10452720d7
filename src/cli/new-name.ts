import { isBuiltin } from 'node:module';

/** What a service may be called; in words. Queues, Kubernetes and npm know it by this name. */
export const nameRule =
  'lower-case letters, digits and single dashes, beginning with a letter, at most 63 characters, like order-history';

/** Why a service cannot be called so; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  if (name.length > 63 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    return `${JSON.stringify(name)} is no name for a service. It is ${nameRule}.`;
  }
  if (isBuiltin(name)) return `${name} is a module of Node.js, and npm allows no package of that name. Take another.`;
  return undefined;
}

/** The function that makes the service: order-history gives createOrderHistory. */
export function makerOf(name: string): string {
  const words = name.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `create${words.join('')}`;
}

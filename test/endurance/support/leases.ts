import { makeInstance, type Instance } from '../../../src/discovery';
import { toInstanceInfo } from '../../../src/discovery/eureka/instance-info';
import { type EurekaServer } from '../../system/support/eureka';

/** An instance that nobody need be able to call. */
export function instanceOf(service: string, id: string): Instance {
  return makeInstance({ id, service, host: id, port: 8080 });
}

/** Registers an instance for an hour, as a process does that is then heard of no more. */
export async function leave(server: EurekaServer, instance: Instance): Promise<void> {
  const facts = { status: 'UP', renewIntervalMs: 20 * 60_000, dirtyAt: Date.now(), zone: undefined, metadata: {} };
  const body = JSON.stringify({ instance: toInstanceInfo(instance, { ...facts, status: 'UP' }) });
  const headers = { 'content-type': 'application/json' };
  const path = `${server.url}/apps/${instance.service.toUpperCase()}`;
  const { status } = await fetch(path, { method: 'POST', headers, body });
  if (status !== 204) throw new Error(`the server answered a registration with ${status}`);
}

/** Takes an instance out. */
export async function remove(server: EurekaServer, { service, id }: Instance): Promise<void> {
  const { status } = await fetch(`${server.url}/apps/${service.toUpperCase()}/${id}`, { method: 'DELETE' });
  if (status !== 200) throw new Error(`the server answered a deregistration with ${status}`);
}

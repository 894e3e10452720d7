import { type Plan, planOf, type Wishes } from '../../../src/cli/k8s/plan';
import { environmentPlan } from '../../../src/cli/k8s/environment';
import { factsOf } from '../../../src/cli/k8s/facts';
import { defineEvent } from '../../../src/messaging';
import { createService, type Service } from '../../../src/service';
import { type SettingsSchema } from '../../../src/config';

/** A service with a route, not started. */
export function web(settings: Record<string, unknown> = {}, config: SettingsSchema = {}): Service {
  const service = createService({ name: 'orders', version: '1.2.3', config, settings });
  service.app.get('/orders/:id', (_req, res) => void res.json({}));
  return service;
}

/** A service that only takes events, not started. */
export function worker(settings: Record<string, unknown> = {}): Service {
  const service = createService({ name: 'billing', version: '1.2.3', settings });
  service.messaging.subscribe(defineEvent('order.placed'), () => undefined, { concurrency: 10 });
  return service;
}

export const wishes: Wishes = { image: 'orders:1', replicas: 2, namespace: undefined, nodeEnv: 'production' };

/** All numbers of a service. */
export function plannedFor(
  service: Service,
  more: Partial<Wishes> & { env?: Record<string, string>; needed?: readonly string[] } = {},
): Plan {
  const { env = {}, needed = [], ...others } = more;
  const environment = environmentPlan(service.config.describe(), env, new Set(needed));
  return planOf(factsOf(service), environment, { ...wishes, ...others });
}

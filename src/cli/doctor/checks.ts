import { bodyLimit } from './checks/body-limit';
import { cardinality } from './checks/cardinality';
import { clients } from './checks/clients';
import { configuration } from './checks/configuration';
import { crash } from './checks/crash';
import { errors } from './checks/errors';
import { eventLoop } from './checks/event-loop';
import { hanging } from './checks/hanging';
import { leak } from './checks/leak';
import { leftovers } from './checks/leftovers';
import { memory } from './checks/memory';
import { outage } from './checks/outage';
import { poison } from './checks/poison';
import { probes } from './checks/probes';
import { secrets } from './checks/secrets';
import { sigterm } from './checks/sigterm';
import { startUp } from './checks/start-up';
import { stop } from './checks/stop';
import { trace } from './checks/trace';
import { type Check } from './contract';

/** The lines of the report, in this order. */
export const checks: readonly Check[] = Object.freeze([
  configuration,
  startUp,
  memory,
  probes,
  trace,
  errors,
  bodyLimit,
  secrets,
  clients,
  hanging,
  outage,
  eventLoop,
  cardinality,
  leak,
  poison,
  sigterm,
  stop,
  leftovers,
  crash,
]);

import { type Config } from '../config';
import type * as faultsPart from '../faults';
import { type FaultRule, type Faults } from '../faults';
import { type ChassisValues } from './service';
import { type Telemetry } from './telemetry';

/** The faults that the settings ask for; undefined for none: then nothing is loaded, wrapped or asked. */
export function faultsOf(config: Config<ChassisValues>, { logging, metrics, clock }: Telemetry): Faults | undefined {
  const { enabled, rules, seed, maxRatio } = config.get('faults');
  if (!enabled || rules.length === 0) return undefined;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createFaults } = require('../faults') as typeof faultsPart;
  const log = logging.logger.named('faults');
  return createFaults(rules as readonly FaultRule[], { seed, maxRatio, clock, log, meter: metrics });
}

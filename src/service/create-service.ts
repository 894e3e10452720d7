import { createConfig, nearestVersion, type Config, type ConfigOptions, type SettingsSchema } from '../config';
import { KeelsonError, isKeelsonError, treeOver } from '../core';
import { exitCodeConfig, reportIfUncaught } from './fatal-report';
import { givenParts, type GivenParts } from './given-parts';
import { type ServiceOptions } from './options';
import { type ChassisValues, type Service } from './service';
import { ServiceRoot } from './service-root';
import { checkChassis } from './setting-rules';
import { chassisSettings } from './settings';
import { createTelemetry } from './telemetry';
import { checkOtel, otelSettings, tracingSettingsOf } from './otel-settings';

/**
 * Makes a service: reads and checks its configuration, and wires everything that a service needs besides its business logic.
 * Nothing is opened before `start()`.
 *
 * @throws CONFIG_INVALID with every error at once. Where nobody catches it, the process ends with the report and exit code 78.
 */
export function createService<const S extends SettingsSchema>(options: ServiceOptions<S>): Service<S> {
  try {
    checkName(options.name);
    const parts = givenParts();
    const config = createConfig({
      schemas: [
        { schema: chassisSettings, deriveEnv: true, check: checkChassis },
        { schema: otelSettings, check: checkOtel },
        { schema: options.config ?? {} },
      ],
      ...readFrom(options.settings ?? {}, parts),
    }) as unknown as Config<ChassisValues>;
    const tracing = tracingSettingsOf((config as unknown as Config).get('otel') as Readonly<Record<string, unknown>>);
    const version = options.version ?? nearestVersion() ?? '0.0.0';
    const telemetry = createTelemetry(options, version, config, tracing, parts);
    const service = new ServiceRoot(config, telemetry, options.messaging ?? {}, parts);
    parts?.made(service);
    return service as unknown as Service<S>;
  } catch (error) {
    throw isKeelsonError(error, 'CONFIG_INVALID') ? reportIfUncaught(error, exitCodeConfig) : error;
  }
}

/** Where the settings come from. */
function readFrom(
  settings: Readonly<Record<string, unknown>>,
  parts: GivenParts | undefined,
): Pick<ConfigOptions, 'settings' | 'env' | 'argv'> {
  if (parts === undefined) return { settings };
  return { settings: treeOver(parts.settings, settings), env: parts.env, argv: [] };
}

function checkName(name: unknown): void {
  if (typeof name === 'string' && /^[a-z][a-z0-9-]{0,62}$/.test(name)) return;
  const message = `createService: the name of a service is lower-case letters, digits and hyphens, beginning with a letter; got ${JSON.stringify(name)}.`;
  throw new KeelsonError('CONFIG_INVALID', message, { retryable: false });
}

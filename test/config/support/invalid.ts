import { type ConfigProblem, createConfig, type ConfigOptions, type SettingsSchema } from '../../../src/config';
import { isKeelsonError, type KeelsonError } from '../../../src/core';

/** The CONFIG_INVALID that the work throws. */
export function invalid(work: () => unknown): KeelsonError {
  try {
    work();
  } catch (error) {
    if (isKeelsonError(error, 'CONFIG_INVALID')) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** What it is made of. */
export function problemsOf(error: KeelsonError): readonly ConfigProblem[] {
  return error.details['errors'] as readonly ConfigProblem[];
}

/** A configuration with nothing from this process. */
export function create(schema: SettingsSchema, options: Omit<ConfigOptions, 'schemas'> = {}) {
  return createConfig({ env: {}, argv: [], cwd: '/nonexistent', ...options, schemas: [{ schema, deriveEnv: true }] });
}

/** What is wrong with it. */
export function problems(
  schema: SettingsSchema,
  options: Omit<ConfigOptions, 'schemas'> = {},
): readonly ConfigProblem[] {
  return problemsOf(invalid(() => create(schema, options)));
}

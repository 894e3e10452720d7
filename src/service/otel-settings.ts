import { KeelsonError } from '../core';
import { readTextFile, type SettingsSchema } from '../config';
import {
  foreignProvider,
  resolveTracingSettings,
  tracingVariables,
  type TracingSettings,
  type TracingVariable,
} from '../tracing';

/** The standard OTEL_* variables as settings of the group `otel`. Tracing itself checks them. */
export const otelSettings: SettingsSchema = {
  otel: Object.fromEntries(tracingVariables.map((variable) => [variable.name, settingOf(variable)])),
};

function settingOf({ name, env, doc, sensitive, kind, default: fallback }: TracingVariable): SettingsSchema[string] {
  const check = (value: unknown): void => {
    // A file is read when all settings are put together; an SDK of the user's own speaks more than we do.
    if (kind !== 'file') resolveTracingSettings({ [name]: value }, { foreign: foreignProvider() !== undefined });
  };
  const text = fallback === undefined ? doc : `${doc}. Default: ${String(fallback)}`;
  return { doc: text, format: check, default: null, env, sensitive };
}

/** What tracing is told by the group `otel` of the configuration. @throws CONFIG_INVALID */
export function tracingSettingsOf(given: Readonly<Record<string, unknown>>): TracingSettings {
  const set = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return resolveTracingSettings(Object.fromEntries(set), {
    readFile: readPem,
    foreign: foreignProvider() !== undefined,
  });
}

/** The settings that name a PEM file. */
function readPem(path: string): string {
  const file = readTextFile(path);
  if ('text' in file) return file.text;
  throw new KeelsonError('CONFIG_INVALID', `${path}: ${file.fault}`, { retryable: false });
}

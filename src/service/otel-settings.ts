import { isKeelsonError, KeelsonError } from '../core';
import { readTextFile, type SchemaPart, type SettingsSchema } from '../config';
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
    if (kind === 'file') return;
    const [wrong] = problemsOf(() =>
      resolveTracingSettings({ [name]: value }, { foreign: foreignProvider() !== undefined }),
    );
    if (wrong !== undefined) throw new TypeError(wrong.expected);
  };
  const text = fallback === undefined ? doc : `${doc}. Default: ${String(fallback)}`;
  return { doc: text, format: check, default: null, env, sensitive };
}

/** What only shows when all of them are seen together, as with a protocol: it counts only where something is exported. */
export const checkOtel: NonNullable<SchemaPart['check']> = ({ otel }) =>
  problemsOf(() => tracingSettingsOf(otel as Readonly<Record<string, unknown>>));

/** What tracing has against its settings. */
function problemsOf(resolve: () => unknown): readonly { key: string; expected: string }[] {
  try {
    resolve();
    return [];
  } catch (error) {
    if (!isKeelsonError(error, 'CONFIG_INVALID')) throw error;
    return error.details?.['problems'] as readonly { key: string; expected: string }[];
  }
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

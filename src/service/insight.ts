import { KeelsonError } from '../core';
import { type SettingDescription } from '../config';
import { type Operation } from '../http';
import { type LevelControl } from '../logging';
import { type Metrics } from '../metrics';
import { type BreakerState } from '../resilience';

/** Who the service is, for logs, metrics, traces and /info. */
export interface Identity {
  readonly name: string;
  readonly version: string;
  readonly instance: string;
}

/** What `GET /circuitbreakers` tells of one. */
export interface BreakerView {
  readonly name: string;
  readonly state: BreakerState;
}

/** What the endpoints below look into. */
export interface InsightParts {
  readonly identity: Identity;
  readonly metrics: Metrics;
  readonly levels: LevelControl;
  readonly describe: () => readonly SettingDescription[];
  /** Git commit and build time, where the build says them. */
  readonly build: { readonly commit: string | null; readonly time: string | null };
  readonly startedAt: () => string | undefined;
  /** The circuit breakers of the clients. */
  readonly breakers: () => readonly BreakerView[];
}

/** /metrics, /info, /env, /loggers and /circuitbreakers. */
export function insightOperations(parts: InsightParts, base: string): Operation[] {
  return [
    {
      method: 'GET',
      path: `${base}/metrics`,
      handle: async ({ headers }) => {
        const { contentType, bytes } = await parts.metrics.expose(headers.accept);
        return { status: 200, contentType, body: bytes };
      },
    },
    { method: 'GET', path: `${base}/info`, handle: () => json(info(parts)) },
    { method: 'GET', path: `${base}/env`, needsAccess: true, handle: () => json({ settings: parts.describe() }) },
    {
      method: 'GET',
      path: `${base}/circuitbreakers`,
      needsAccess: true,
      handle: () => json({ circuitBreakers: parts.breakers() }),
    },
    { method: 'GET', path: `${base}/loggers`, needsAccess: true, handle: () => json(loggers(parts.levels)) },
    {
      method: 'GET',
      path: `${base}/loggers/{name}`,
      needsAccess: true,
      handle: ({ name }) => json(loggerNamed(parts.levels, name)),
    },
    {
      method: 'POST',
      path: `${base}/loggers/{name}`,
      needsAccess: true,
      handle: async (request) => {
        setLevel(parts.levels, request.name, await request.body());
        return { status: 204, body: '' };
      },
    },
  ];
}

function json(value: unknown): { status: number; body: string } {
  return { status: 200, body: JSON.stringify(value) };
}

function info({ identity, build, startedAt }: InsightParts): object {
  return {
    name: identity.name,
    version: identity.version,
    instance: identity.instance,
    git: { commit: build.commit ?? undefined },
    build: { time: build.time ?? undefined },
    node: process.version,
    startedAt: startedAt(),
  };
}

interface LoggerView {
  readonly configuredLevel: string | null;
  readonly effectiveLevel: string;
  readonly revertsAt?: string | undefined;
}

function loggers(levels: LevelControl): { levels: readonly string[]; loggers: Record<string, LoggerView> } {
  const view = levels
    .list()
    .map(({ name, configured, effective, revertsAt }) => [
      name,
      { configuredLevel: configured ?? null, effectiveLevel: effective, revertsAt },
    ]);
  return {
    levels: ['error', 'warn', 'info', 'debug'],
    loggers: Object.fromEntries(view) as Record<string, LoggerView>,
  };
}

function loggerNamed(levels: LevelControl, name: string): LoggerView {
  const all = loggers(levels).loggers;
  if (Object.hasOwn(all, name)) return all[name] as LoggerView;
  throw new KeelsonError('NOT_FOUND', `There is no logger '${name}'. /loggers lists them.`, { retryable: false });
}

/** The body is `{ "configuredLevel": "debug" | null, "revertAfterMs"?: number }`; null gives the logger back to its parent's level. */
function setLevel(levels: LevelControl, name: string, body: string): void {
  const given = parsed(body);
  const level = given['configuredLevel'];
  const revertAfterMs = given['revertAfterMs'];
  if (level !== null && typeof level !== 'string') throw malformed('configuredLevel is a level name or null');
  if (revertAfterMs !== undefined && typeof revertAfterMs !== 'number')
    throw malformed('revertAfterMs is a number of milliseconds');
  levels.set(name, level === null ? undefined : level.toLowerCase(), revertAfterMs);
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below, with what was expected
  }
  throw malformed('the body is a JSON object');
}

function malformed(what: string): KeelsonError {
  const message = `Expected { "configuredLevel": "debug" | null, "revertAfterMs"?: number }: ${what}.`;
  return new KeelsonError('BAD_REQUEST', message, { retryable: false });
}

type Group = Readonly<Record<string, unknown>>;

/** Settings of a service, by groups. */
export type Settings = Readonly<Record<string, Group>>;

/** How long a patient serves on after SIGTERM, in ms: long enough to be seen, short enough to wait for. */
export const drainDelayMs = 800;
/** How long a stop of a patient may take, the delay included, in ms. */
export const stopLimitMs = 6_000;

/** What a service is made with to be looked at: nothing but what it cannot be made without here. */
export const lookingSettings: Settings = Object.freeze({ discovery: { kind: 'memory' }, log: { level: 'error' } });

/** What a service is started with: in-memory parts, real sockets, and the doctor's own collector. */
export function startingSettings(parts: { readonly token: string; readonly collector: string }): Settings {
  return {
    http: { port: 0, host: '127.0.0.1' },
    management: { port: null, basePath: '', token: parts.token },
    discovery: { kind: 'memory', required: false },
    eureka: { url: [] },
    messaging: { url: [], required: false },
    log: { level: 'debug', format: 'json', access: true, accessSample: 1 },
    health: { intervalMs: 250 },
    shutdown: { drainDelayMs, timeoutMs: stopLimitMs },
    otel: {
      tracesExporter: 'otlp',
      exporterOtlpEndpoint: parts.collector,
      exporterOtlpTracesEndpoint: null,
      bspScheduleDelay: 200,
    },
  };
}

/** Settings put over others, group by group. */
export function over(below: Settings, above: Settings = {}): Settings {
  const groups = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...groups].map((name) => [name, merged(below[name], above[name])]));
}

function merged(below: Group | undefined, above: Group | undefined): Group {
  return { ...below, ...above };
}

/** What the environment says of the chassis's surroundings is not for a patient. */
export function patientEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries(env).filter(
    ([name, value]) => value !== undefined && !/^(?:AMQP_URL|EUREKA_URL|NODE_CHANNEL_.*|OTEL_.*)$/.test(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

/** What every service under test begins with; files have less to say than these, the test's own settings more. New ones each time: they are a factory's to change. */
export const testSettings = (): Record<string, unknown> => ({
  http: { port: 0, host: '127.0.0.1' },
  instance: { host: '127.0.0.1' },
  discovery: { kind: 'memory' },
  eureka: { url: [] },
  messaging: { url: [] },
  log: { format: 'json' },
  shutdown: { drainDelayMs: 0, timeoutMs: 5_000, signals: false },
});

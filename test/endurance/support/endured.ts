import { Child } from './child';
import { ask, type Answer } from '../../support/ask';

/** What opens /loggers. */
const token = 'only-for-endurance-0123';

/** What the reader of a log has seen. */
export interface Told {
  readonly lines: number;
  readonly bytes: number;
  /** Lines that are no JSON. */
  readonly broken: number;
  /** Warnings and errors beside those of the access log, by message. */
  readonly notable: Readonly<Record<string, { count: number; examples: string[] }>>;
}

/** A service with everything on, the collector that takes its spans and the process that reads its log. */
export class Endured {
  readonly service: Child;
  readonly collector: Child;
  readonly reader: Child;
  readonly port: number;

  private constructor(service: Child, collector: Child, reader: Child, port: number) {
    this.service = service;
    this.collector = collector;
    this.reader = reader;
    this.port = port;
  }

  static async start(
    env: Readonly<Record<string, string>>,
    nodeArgs: readonly string[] = [],
    program = 'service.cjs',
  ): Promise<Endured> {
    const collector = await Child.start('collector.cjs');
    const reader = await Child.start('log-reader.cjs', { stdin: 'pipe' });
    const { stdin } = reader.process;
    const service = await Child.start(program, {
      nodeArgs: ['--expose-gc', '--trace-warnings', ...nodeArgs],
      stdout: stdin,
      env: {
        MANAGEMENT_TOKEN: token,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await collector.call<number>('port')}`,
        OTEL_TRACES_SAMPLER: 'always_on',
        SHUTDOWN_DRAIN_DELAY_MS: '500',
        ...env,
      },
    });
    stdin?.destroy(); // the service has it now
    return new Endured(service, collector, reader, await service.call<number>('port'));
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return ask(this.port, path, { headers });
  }

  level(logger: string): Promise<Answer> {
    return this.get(`/loggers/${logger}`, { authorization: `Bearer ${token}` });
  }

  /** Sets the level of a logger, for a time. */
  setLevel(logger: string, configuredLevel: string, revertAfterMs: number): Promise<Answer> {
    return ask(this.port, `/loggers/${logger}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ configuredLevel, revertAfterMs }),
    });
  }

  told(): Promise<Told> {
    return this.reader.call<Told>('told');
  }

  /** SIGTERM. Resolves to how the service ended, and to what its log told when that has been read to the end. */
  async stop(): Promise<{ exit: number | NodeJS.Signals; told: Told }> {
    this.service.signal('SIGTERM');
    const exit = await this.service.ended;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const told = await this.told();
    this.collector.signal('SIGKILL');
    this.reader.signal('SIGKILL');
    return { exit, told };
  }
}

/** The sum of all samples of a metric in a text of metrics. */
export function sumOf(metrics: string, name: string): number {
  let sum = 0;
  for (const line of metrics.split('\n')) {
    if (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) sum += Number(line.slice(line.lastIndexOf(' ')));
  }
  return sum;
}

/** Messages of the log that are neither expected nor made on purpose. */
export function unexpected(told: Told, expected: readonly RegExp[]): string[] {
  return Object.entries(told.notable)
    .filter(([message]) => !expected.some((one) => one.test(message)))
    .map(([message, { count, examples }]) => `${count} times '${message}', like ${examples[0]}`);
}

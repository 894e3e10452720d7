import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ask } from '../../../support/ask';
import { eventually } from '../../../support/eventually';
import { type Program } from '../../../support/program';
import { missingIn, type Channel } from './canaries';
import { type Planted } from './planted-service';

/** What a program has written, once it has ended. */
export async function writtenBy(program: Program, what: string): Promise<Channel[]> {
  await program.ended;
  return [
    { name: `stdout of ${what}`, bytes: program.stdout },
    { name: `stderr of ${what}`, bytes: program.stderr },
  ];
}

/** One life of a service that says everything it knows: what it wrote, sent and answered. */
export async function serveAndTell(
  planted: Planted,
  format: 'json' | 'pretty',
  exporter: 'otlp' | 'zipkin',
): Promise<Channel[]> {
  const collector = await Collector.open();
  const transport = join(planted.folder, `${format}.log`);
  const url = `http://app:${planted.canary('otlp-userinfo')}@127.0.0.1:${collector.port}`;
  const program = planted.run({
    DO: 'serve',
    LOG_FORMAT: format,
    TRANSPORT_FILE: transport,
    LOG_MAX_BUFFERED: '64MB',
    OTEL_TRACES_EXPORTER: exporter,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/api/v2/spans`,
  });
  const answers = await provoke(planted, await portOf(program));
  program.kill('SIGTERM');
  const written = await writtenBy(program, `a ${format} log`);
  const log = { name: `winston transport of a ${format} log`, bytes: readFileSync(transport, 'utf8') };
  return [...written, log, { name: exporter, bytes: collector.bytes }, ...answers];
}

/** Of the line that says `ready`, in either format. */
async function portOf(program: Program): Promise<number> {
  const port = await eventually(
    () => {
      if (program.child.exitCode !== null) throw new Error(`it ended:\n${program.stdout}${program.stderr}`);
      return /ready.*port[=":]+(\d+)/.exec(program.stdout)?.[1];
    },
    'the service is ready',
    30_000,
  );
  return Number(port);
}

/** Has the service say everything, and collects what its endpoints answer. */
async function provoke(planted: Planted, port: number): Promise<Channel[]> {
  const { canary, texts, values } = planted;
  const headers = {
    authorization: `Bearer ${canary('management-login')}`,
    'x-api-key': canary('request-api-key'),
    cookie: `theme=dark; sid=${canary('request-cookie')}`,
    'proxy-authorization': `Digest response="${canary('request-proxy')}"`,
  };
  const page = async (name: string, path: string, accept = '*/*'): Promise<Channel> => {
    const answer = await ask(port, path, { headers: { ...headers, accept } });
    return { name, bytes: JSON.stringify(answer.headers) + answer.body };
  };
  const stranger = { ...headers, authorization: `Key ${canary('request-authorization')}` };
  for (const path of ['/log', '/trace'])
    expect((await ask(port, path, { method: 'POST', headers: stranger })).status).toBe(200);
  const token = `eyJhbGciOiJub25lIn0.eyJqdGkiOiIxIn0.${canary('request-path')}`;
  await ask(port, `/verify/${token}?token=${canary('request-query')}`);
  let problems = '';
  for (const how of ['details', 'exposed', 'hidden'])
    for (let i = 0; i < texts.length + values.length; i++) problems += (await page('', `/fail/${how}/${i}`)).bytes;
  const health = await eventually(
    async () => {
      const told = await page('/health', '/health');
      return missingIn([...texts, ...values], [told]).length === 0 ? told : undefined;
    },
    'every check has told its error',
    30_000,
  );
  return [
    { name: 'problem documents', bytes: problems },
    health,
    await page('/health as health+json', '/health', 'application/health+json'),
    await page('/health of MicroProfile', '/health/ready'),
    await page('/metrics', '/metrics'),
    await page('/metrics as OpenMetrics', '/metrics', 'application/openmetrics-text'),
    await page('/env', '/env'),
    await page('/loggers', '/loggers'),
    await page('/info', '/info'),
  ];
}

const collectors = new Set<Collector>();

/** For afterAll. */
export function closeCollectors(): void {
  for (const collector of collectors) collector.close();
}

/** Takes what is posted to it, as a collector of traces does, and keeps it. */
class Collector {
  bytes = '';
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => {
      req.on('data', (chunk: Buffer) => (this.bytes += chunk.toString()));
      req.on('end', () => res.end('{}'));
    });
    collectors.add(this);
  }

  static async open(): Promise<Collector> {
    const collector = new Collector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

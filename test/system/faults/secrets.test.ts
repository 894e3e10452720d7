import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, type Program } from '../../support/program';
import { leaksIn, missingIn, type Channel } from './support/canaries';
import { fault } from './support/fault';
import { Collector, Planted } from './support/planted-service';

const root = join(__dirname, '..', '..', '..');
let planted: Planted;
const collectors: Collector[] = [];

beforeAll(() => (planted = new Planted()));
afterAll(() => {
  endPrograms();
  for (const collector of collectors) collector.close();
  planted.remove();
});

/** What a program has written and where, once it has ended. */
async function outputs(program: Program, of: string): Promise<Channel[]> {
  await program.ended;
  return [
    { name: `stdout of ${of}`, bytes: program.stdout },
    { name: `stderr of ${of}`, bytes: program.stderr },
  ];
}

/** Has a running service say everything it knows, and collects what its endpoints answer. */
async function provoke(port: number): Promise<Channel[]> {
  const { canary } = planted;
  const headers = {
    authorization: `Bearer ${canary('management-login')}`,
    'x-api-key': canary('request-api-key'),
    cookie: `theme=dark; sid=${canary('request-cookie')}`,
    'proxy-authorization': `Digest response="${canary('request-proxy')}"`,
  };
  const stranger = { ...headers, authorization: `Key ${canary('request-authorization')}` };
  const page = async (name: string, path: string, accept = '*/*'): Promise<Channel> => {
    const answer = await ask(port, path, { headers: { ...headers, accept } });
    return { name, bytes: JSON.stringify(answer.headers) + answer.body };
  };
  for (const path of ['/log', '/trace', '/kept']) expect((await ask(port, path, { method: 'POST', headers: stranger })).status).toBe(200);
  await ask(port, `/verify/eyJhbGciOiJub25lIn0.eyJqdGkiOiIxIn0.${canary('request-path')}?token=${canary('request-query')}`);
  let problems = '';
  for (const how of ['details', 'exposed', 'hidden'])
    for (let i = 0; i < planted.texts.length + planted.values.length; i++)
      problems += (await page('problem', `/fail/${how}/${i}`)).bytes;
  const health = await eventually(async () => {
    const told = await page('/health', '/health');
    return missingIn(planted.texts, [told]).length === 0 ? told : undefined;
  }, 'every check has told its error');
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

/** One life of the service: everything it wrote and answered. */
async function serve(format: 'json' | 'pretty', exporter: 'otlp' | 'zipkin'): Promise<Channel[]> {
  const collector = await Collector.open();
  collectors.push(collector);
  const transport = join(planted.folder, `${format}.log`);
  const url = `http://app:${planted.canary('otlp-userinfo')}@127.0.0.1:${collector.port}`;
  const program = planted.run({
    DO: 'serve',
    LOG_FORMAT: format,
    TRANSPORT_FILE: transport,
    LOG_MAX_BUFFERED: '64MB',
    OTEL_TRACES_EXPORTER: exporter,
    ...(exporter === 'otlp' ? { OTEL_EXPORTER_OTLP_ENDPOINT: url } : { OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${url}/api/v2/spans` }),
  });
  const ready = /port(?:"|=)?:?(\d+)/;
  const port = await eventually(() => {
    if (program.child.exitCode !== null) throw new Error(program.stdout + program.stderr);
    return /ready/.test(program.stdout) ? ready.exec(program.stdout)?.[1] : undefined;
  }, 'ready');
  const answers = await provoke(Number(port));
  program.kill('SIGTERM');
  const written = await outputs(program, `a ${format} log`);

  const log = { name: `winston transport of a ${format} log`, bytes: readFileSync(transport, 'utf8') };
  return [...written, log, { name: exporter, bytes: collector.bytes }, ...answers];
}

fault(37, 'probe', 'probe', async (report) => {
  const channels = [...(await serve('json', 'otlp')), ...(await serve('pretty', 'zipkin'))];
  const leaks = leaksIn(planted.all, channels);
  require('node:fs').writeFileSync('/tmp/secret-leaks.json', JSON.stringify({ leaks, missing: missingIn(planted.texts, channels), missingV: missingIn(planted.values, channels) }, null, 1));
  for (const c of channels) require('node:fs').writeFileSync('/tmp/secret-ch-' + c.name.replace(/\W+/g, '_'), c.bytes);
  report(`${leaks.length} leaks`);
});

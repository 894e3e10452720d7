import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endPrograms } from '../../support/program';
import { leaksIn, missingIn, type Channel } from './support/canaries';
import { fault } from './support/fault';
import { Planted } from './support/planted-service';
import { closeCollectors, serveAndTell, writtenBy } from './support/planted-channels';

const command = join(__dirname, '..', '..', '..', 'dist', 'cli', 'main.js');
let planted: Planted;

beforeAll(() => (planted = new Planted()));
afterAll(() => {
  endPrograms();
  closeCollectors();
  planted.remove();
});

/** A collector that is not there, whose address and headers are secret. */
function nowhere(): Record<string, string> {
  const url = `http://app:${planted.canary('otlp-userinfo')}@127.0.0.1:1/`;
  return { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: url };
}

/** The ends of a process: what it tells before it is gone. */
async function endings(): Promise<Channel[]> {
  const crash = planted.run({ DO: 'crash', ...nowhere() });
  const rejection = planted.run({ DO: 'reject', ...nowhere() });
  const start = planted.run({ DO: 'fail-to-start' });
  const channels = [
    ...(await writtenBy(crash, 'a crash')),
    ...(await writtenBy(rejection, 'a rejection')),
    ...(await writtenBy(start, 'a failed start')),
  ];
  expect([crash, rejection, start].map(({ child }) => child.exitCode)).toEqual([1, 1, 1]);
  expect(crash.stdout).toContain('ECONNREFUSED');
  return channels;
}

/** Reports of configurations that are wrong just where the secrets are. */
async function wrongConfigurations(): Promise<Channel[]> {
  const { canary } = planted;
  const settings = {
    DO: 'wrong-configuration',
    PLANT_PORT: canary('wrong-port'),
    PLANT_CHECKED: canary('wrong-checked'),
    PLANT_PASSWORD: canary('wrong-type'),
    PLANT_SERVICE: `amqp://a:${canary('wrong-url')}@h/?token=${canary('wrong-url')}`,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_HEADERS: canary('otlp-header'),
    OTEL_EXPORTER_OTLP_ENDPOINT: `htp://a:${canary('otlp-userinfo')}@h`,
  };
  const written: Channel[] = [];
  const run = async (what: string, named: string, file?: readonly [string, string]): Promise<void> => {
    if (file !== undefined) planted.write(...file);
    const program = planted.run(settings, [`--plant.unknown=${canary('unknown-flag')}`]);
    const channels = await writtenBy(program, what);
    expect([program.child.exitCode, program.stderr]).toEqual([78, expect.stringContaining(named)]);
    written.push(...channels);
  };
  const good = readFileSync(join(planted.folder, 'config/default.json'), 'utf8');
  await run('wrong settings', 'plant.checked');
  await run('unknown settings', 'plant.unknown', [
    'config/default.json',
    JSON.stringify({ plant: { unknown: canary('unknown-key') } }),
  ]);
  await run('broken JSON', 'default.json', [
    'config/default.json',
    `{"plant":{"json":"${canary('broken-json')}" "x"}}`,
  ]);
  planted.write('config/default.json', good);
  await run('broken YAML', 'test.yaml', ['config/test.yaml', `plant:\n  yaml: "${canary('broken-yaml')}\n   x: [`]);
  planted.write('config/test.yaml', `plant:\n  yaml: ${canary('yaml-file')}\n`);
  return written;
}

/** `keelson config`, and its ways to fail. */
async function commandLine(): Promise<Channel[]> {
  const service = join(__dirname, 'fixtures', 'planted.cjs');
  planted.write('package.json', JSON.stringify({ keelson: { service } }));
  const run = async (args: readonly string[], code: number, env: Record<string, string> = {}): Promise<Channel[]> => {
    const program = planted.runAlone([command, ...args], { DO: 'describe', ...env });
    const written = await writtenBy(program, `keelson ${Object.keys(env).join(' ')} ${args.join(' ')}`);
    expect(program.child.exitCode).toBe(code);
    return written;
  };
  return [
    ...(await run(['config'], 0)),
    ...(await run(['config', '--json'], 0)),
    ...(await run(['config', `--plant.flag=${planted.canary('command-line')}`], 2)),
    ...(await run(['config'], 1, { DO_THROW: '1' })),
    ...(await run(['config'], 78, { PLANT_PORT: planted.canary('wrong-port') })),
  ];
}

fault(
  37,
  'secrets in settings, files, requests, errors and texts',
  'masked in everything that keelson writes',
  async (report) => {
    const channels = [
      ...(await serveAndTell(planted, 'json', 'otlp')),
      ...(await serveAndTell(planted, 'pretty', 'zipkin')),
      ...(await endings()),
      ...(await wrongConfigurations()),
      ...(await commandLine()),
    ];
    const these = (names: RegExp): Channel[] => channels.filter(({ name }) => names.test(name));
    const leaks = leaksIn(planted.all, channels);
    expect(leaks).toEqual([]);
    report(`leaks ${leaks.length} of ${planted.all.length} plants x ${channels.length} channels, limit 0`);
    expect(planted.all.length).toBeGreaterThanOrEqual(40);
    expect(channels.length).toBeGreaterThanOrEqual(8);

    // What is not secret is still there: so the plants did come through these channels, and were masked on the way.
    const forTexts =
      /^(?:stdout of (?!.*(?:rejection|wrong|unknown|broken|keelson))|winston|problem|.metrics|.health|.loggers|otlp|zipkin|stderr of a failed start)/;
    const forValues = /^(?:stdout of a (?:json log|pretty log|rejection)|winston|.health)/;
    expect(missingIn(planted.texts, these(forTexts))).toEqual([]);
    expect(missingIn(planted.values, these(forValues))).toEqual([]);
    const carried = planted.texts.length * these(forTexts).length + planted.values.length * these(forValues).length;
    report(`what stands beside them is there ${carried} of ${carried} times`);
  },
  { timeoutMs: 120_000 },
);

fault(37, 'secrets in errors', 'message, stack and cause are kept', async (report) => {
  const program = planted.run({ DO: 'crash' });
  await program.ended;
  const line = program.lines.find(({ message }) => message === 'uncaught exception: the process ends');
  const cause = {
    name: 'Error',
    message: 'cannot reach amqp://app:******@broker',
    stack: expect.stringMatching(
      /^Error: cannot reach amqp:\/\/app:\*{6}@broker\n    at keptError \(.*planted\.cjs:\d+:\d+\)\n/,
    ),
    cause: {
      name: 'TypeError',
      message: 'root of it: password=******',
      code: 'ECONNREFUSED',
      stack: expect.stringMatching(/^TypeError: root of it: password=\*{6}\n    at .*planted\.cjs:\d+:\d+/),
    },
  };
  expect(line?.['err']).toMatchObject({ name: 'AggregateError', cause: { message: 'two of two failed', cause } });
  const err = line?.['err'] as {
    stack: string;
    errors: { message: string; stack: string }[];
    cause: { errors: unknown[] };
  };
  expect(err.cause.errors).toEqual([cause, expect.objectContaining({ name: 'RangeError', message: 'no secret here' })]);
  expect(err.stack).toMatch(/\n    at crash \(.*planted\.cjs:\d+:\d+\)/);
  expect(err.errors.map(({ message }) => message.slice(0, 6))).toEqual(planted.texts.map(() => 'about-'));
  for (const one of err.errors) expect(one.stack).toMatch(/\n    at .*planted\.cjs:\d+:\d+/);
  const kept = err.errors.length + 6;
  report(`message, stack and cause kept in ${kept} of ${kept} errors`);
});

test('the same search finds every plant where nothing masks', async () => {
  const [stdout] = await writtenBy(planted.run({ DO: 'bypass' }), 'console.log');
  const plants = [...planted.texts, ...planted.values];
  expect(leaksIn(plants, [stdout as Channel])).toEqual(plants.map(({ name }) => `${name} in stdout of console.log`));
});

import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isKeelsonError, type KeelsonError } from '../../src/core';
import { createService } from '../../src/service';
import { type ServiceOptions } from '../../src/service/options';
import { endPrograms, runProgram, type Program } from '../support/program';

afterAll(endPrograms);

function errorOf(options: ServiceOptions): KeelsonError {
  try {
    createService(options);
  } catch (error) {
    if (isKeelsonError(error)) return error;
    throw error;
  }
  throw new Error('it was made');
}

describe('in this process', () => {
  test('a service needs nothing but a name, and making it opens nothing', () => {
    const before = process.getActiveResourcesInfo();
    const service = createService({ name: 'tested' });
    const after = process.getActiveResourcesInfo();
    expect(service).toMatchObject({ name: 'tested', state: 'created' });
    expect(after).toEqual(before);
    expect(['SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name))).toEqual([0, 0]);
  });

  test('the version is the nearest package.json’s, unless it is given', () => {
    expect(createService({ name: 'tested' }).version).toBe('0.1.0');
    expect(createService({ name: 'tested', version: '7.0.0' }).version).toBe('7.0.0');
    const folder = mkdtempSync(join(tmpdir(), 'keelson-version-'));
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(folder);
    expect(createService({ name: 'tested' }).version).toBe('0.0.0');
    cwd.mockRestore();
    rmSync(folder, { recursive: true });
  });

  test.each([[''], ['Orders'], ['1st'], ['a b'], ['a_b'], ['a'.repeat(64)], [undefined], [7]])(
    'refuses the name %p',
    (name) => {
      const error = errorOf({ name } as ServiceOptions);
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).toContain(`got ${JSON.stringify(name)}.`);
    },
  );

  test.each([['a'], ['orders'], ['orders-2'], ['a'.repeat(63)]])('takes the name %p', (name) => {
    expect(createService({ name }).name).toBe(name);
  });

  test('settings of the service and of the chassis are one typed tree', () => {
    const service = createService({
      name: 'tested',
      config: { greeting: { doc: 'Said to visitors', format: String, default: 'hello' } },
      settings: { greeting: 'hi', http: { port: 0 } },
    });
    const greeting: string = service.config.get('greeting');
    const port: number = service.config.get('http.port');
    expect([greeting, port]).toEqual(['hi', 0]);
    expect(service.config.has('otel')).toBe(true);
  });

  test('tells all that is wrong at once, of the service, the chassis and OTEL_*, and no secret', () => {
    const error = errorOf({
      name: 'tested',
      config: { pin: { doc: 'A secret', format: 'nat', default: 0, sensitive: true } },
      settings: { pin: 'hunter2', http: { port: -1, trustProxy: 'somebody' }, otel: { propagators: 'morse' } },
    });
    expect(error.code).toBe('CONFIG_INVALID');
    const { errors } = error.details as { errors: { key: string }[] };
    expect(errors.map(({ key }) => key).sort()).toEqual(['http.port', 'http.trustProxy', 'otel.propagators', 'pin']);
    expect(error.message + JSON.stringify(error.details)).not.toContain('hunter2');
  });

  test.each([
    [{ http: { headersTimeoutMs: 40_000 } }, 'http.requestTimeoutMs'],
    [{ log: { maxBuffered: 5 } }, 'maxBuffered'],
    [{ otel: { exporterOtlpEndpoint: 'http://c', exporterOtlpProtocol: 'grpc' } }, 'http/json'],
  ])('what only a part of the chassis sees is such an error, too: %j', (settings, text) => {
    expect(errorOf({ name: 'tested', settings })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(text),
    });
  });

  test('another error is passed on as it is', () => {
    const settings = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new RangeError('of the caller');
        },
      },
    );
    expect(() => createService({ name: 'tested', settings })).toThrow(RangeError);
  });

  test('fifty that fail add one listener to the process', () => {
    for (let i = 0; i < 50; i++) errorOf({ name: 'tested', settings: { http: { port: -1 } } });
    expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(1);
  });
});

describe('an invalid configuration', () => {
  const fixture = (name: string): string => join(__dirname, 'fixtures', name);
  const report = [
    'The configuration is invalid, 2 problems:',
    expect.stringMatching(/^ {2}http\.port: expected a port, .* got -1 \(settings\)$/),
    expect.any(String),
    expect.stringMatching(/^ {2}log\.level: expected one of .* got "loud" \(settings\)$/),
    expect.any(String),
    '',
  ];

  async function expectReport(program: Program): Promise<void> {
    expect(await program.ended).toMatchObject({ code: 78, signal: null });
    expect(program.stderr.split('\n')).toEqual(report);
    expect(program.stdout).toBe('');
  }

  test('uncaught ends the process with the report and 78, without a stack', async () => {
    await expectReport(runProgram([fixture('invalid.cjs')], { INVALID: 'sync' }));
  });

  test('so in an async main', async () => {
    await expectReport(runProgram([fixture('invalid.cjs')], { INVALID: 'async' }));
  });

  test('so in a top-level await of an ES module', async () => {
    await expectReport(runProgram([fixture('invalid-main.mjs')]));
  });

  test('so in a module that is required by another', async () => {
    const program = `require(${JSON.stringify(fixture('invalid.cjs'))})`;
    await expectReport(runProgram(['-e', program], { INVALID: 'sync' }));
  });

  test('from files, environment and flags: the port is never opened, and it takes no time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-invalid-'));
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config', 'default.json'), '{ "http": { "prot": 1 } }');
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const program = runProgram(
      [fixture('worker.cjs'), '--http.host'],
      { PORT: String(port), LOG_LEVEL: 'loud' },
      folder,
    );
    expect(await program.ended).toMatchObject({ code: 78 });
    server.close();
    rmSync(folder, { recursive: true });
    // The port is taken: had it been tried, that would have been the error.
    expect(program.stderr).not.toContain('in use');
    for (const text of ['3 problems', 'LOG_LEVEL', 'config/default.json', '--http.host']) {
      expect(program.stderr).toContain(text);
    }
  });

  test('caught, the process lives on, and nothing is left of fifty of them but one listener', async () => {
    const program = runProgram([fixture('invalid.cjs')], { INVALID: 'caught' });
    expect(await program.line('caught')).toEqual({ message: 'caught', codes: ['CONFIG_INVALID'], added: 1, others: 0 });
    expect(await program.ended).toMatchObject({ code: 0 });
    expect(program.stderr).toBe('');
  });

  test('a process with a handler of its own for uncaught errors keeps its life', async () => {
    const program = runProgram([fixture('invalid.cjs')], { INVALID: 'handled' });
    expect(await program.line('handled')).toMatchObject({
      code: 'CONFIG_INVALID',
      stack: expect.stringContaining('invalid.cjs'),
    });
    expect(await program.ended).toMatchObject({ code: 0 });
  });

  test('caught, another error that is thrown instead is reported by Node.js as ever', async () => {
    const program = runProgram([fixture('invalid.cjs')], { INVALID: 'other' });
    expect(await program.ended).toMatchObject({ code: 1 });
    expect(program.stderr).toContain('Error: another error\n    at ');
  });
});

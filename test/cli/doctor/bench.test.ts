import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openBench, type OwnedBench } from '../../../src/cli/doctor/bench';
import { until } from '../../../src/cli/doctor/pause';
import { program, project, removeProjects } from './support/project';

let bench: OwnedBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
  removeProjects();
});

const never = new AbortController().signal;
const open = (body: string, signal = never): Promise<OwnedBench> =>
  openBench({ folder: project(body), env: { ...process.env, AMQP_URL: 'amqp://nobody' }, program }, signal);

test('a service is seen, shared, and started afresh with other settings', async () => {
  bench = await open(
    "const s = createService({ name: 'one', settings }); s.app.get('/a', (q, r) => r.json({})); return s;",
  );
  expect(bench.facts).toMatchObject({ name: 'one', routes: ['/a'] });
  const shared = await bench.shared();
  expect(await bench.shared()).toBe(shared);
  expect((await shared.ask({ path: '/a' })).status).toBe(200);
  const own = await bench.fresh({ settings: { log: { level: 'error' } } });
  expect(own.output).toBe('');
  bench.stub.mode = 'hang';
  await bench.tidy();
  expect(await own.exit).toEqual({ code: null, signal: 'SIGKILL' });
  expect(bench.stub.mode).toBe('answer');
  await shared.end();
  expect(await bench.shared()).not.toBe(shared);
}, 30_000);

test('once it is closed it starts nothing more', async () => {
  const one = await open("return createService({ name: 'one', settings });");
  await one.close();
  for (const start of [one.shared, one.fresh]) {
    const patient = start();
    await patient.then((begun) => begun.end()).catch(() => undefined);
    await expect(patient).rejects.toThrow('The bench is closed.');
  }
}, 30_000);

test('what the service throws when it is made is told', async () => {
  const body =
    "return createService({ name: 'one', settings, config: { a: { doc: 'A', format: 'nat', default: -1 } } });";
  await expect(open(body)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(open("throw new Error('no such thing');")).rejects.toThrow('no such thing');
}, 30_000);

test('the first look ends when it is told to, before it as well', async () => {
  const abort = new AbortController();
  const began = join(mkdtempSync(join(tmpdir(), 'keelson-doctor-')), 'began');
  const hang = `require('node:fs').writeFileSync(${JSON.stringify(began)}, ''); for (;;);`;
  const opening = open(hang, abort.signal);
  expect(await until(10_000, () => existsSync(began))).toBe(true);
  rmSync(dirname(began), { recursive: true });
  abort.abort();
  await expect(opening).rejects.toThrow('Its process ended by SIGKILL.');
  await expect(open(hang, AbortSignal.abort())).rejects.toThrow('Its process ended by SIGKILL.');
}, 15_000);

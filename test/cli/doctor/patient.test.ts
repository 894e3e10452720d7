import { Patient } from '../../../src/cli/doctor/patient';
import { until } from '../../../src/cli/doctor/pause';
import { program, project, removeProjects } from './support/project';

const patients: Patient[] = [];
afterEach(async () => {
  await Promise.all(patients.splice(0).map((patient) => patient.end()));
  removeProjects();
});

function begin(body: string, more: object = {}): Patient {
  const settings = { http: { port: 0, host: '127.0.0.1' }, management: { token: 'a-token' } };
  const how = { downstream: 'http://127.0.0.1:1', prefix: '/p', secret: 's', held: false, start: true, ...more };
  const patient = new Patient({ program, env: process.env, begin: { folder: project(body), settings, ...how } });
  patients.push(patient);
  return patient;
}

/** What keeps this process alive, of one kind. */
const alive = (kind: string): number => process.getActiveResourcesInfo().filter((name) => name === kind).length;

// The first one: what others leave to be closed would count.
test('its end lets go of output that a child of its own still holds', async () => {
  const pipes = alive('PipeWrap');
  const child = "require('node:child_process').spawn('sleep', ['60'], { stdio: 'inherit' })";
  const patient = begin(`console.log('child', ${child}.pid); return createService({ name: 'one', settings });`);
  await patient.made;
  const written = (): RegExpExecArray | null => /child (\d+)/.exec(patient.output);
  expect(await until(2_000, () => written() !== null)).toBe(true);
  const pid = Number(written()?.[1]);
  try {
    await patient.end();
    expect(await until(2_000, () => alive('PipeWrap') <= pipes)).toBe(true);
  } finally {
    process.kill(pid);
  }
}, 30_000);

test('a service in a process of its own, and its end', async () => {
  const patient = begin("return createService({ name: 'one', settings });");
  expect(() => patient.facts).toThrow('not ready');
  const { port } = await patient.ready;
  expect(patient.port).toBe(port);
  expect(patient.startMs).toBeGreaterThan(0);
  expect(patient.token).toBe('a-token');
  await patient.findPlace();
  expect(patient.bypassed).toBe(false);
  expect((await patient.ask({ path: patient.path('/item/1') })).status).toBe(200);
  expect(await patient.order('heap')).toBeGreaterThan(1_000_000);
  expect(patient.output).toContain('"message":"ready"');
  expect(await patient.endsWithin(10)).toBeUndefined();
  patient.signal('SIGINT');
  expect(await patient.endsWithin(10_000)).toEqual({ code: 0, signal: null });
  await expect(patient.order('heap')).rejects.toThrow('The process has ended.');
}, 30_000);

test('one that lets nobody in is passed by', async () => {
  const guard = 's.app.use((req, res) => res.sendStatus(401));';
  const patient = begin(`const s = createService({ name: 'one', settings }); ${guard} return s;`);
  await patient.ready;
  await patient.findPlace();
  expect(patient.bypassed).toBe(true);
}, 30_000);

test('why it could not start', async () => {
  await expect(begin("throw new Error('no database');").ready).rejects.toMatchObject({
    code: 'START_FAILED',
    message: 'no database',
  });
  await expect(begin("console.error('oh'); process.exit(3);").made).rejects.toThrow('with code 3.\noh');
  const invalid = "return createService({ name: 'one', settings: { http: { port: -1 } } });";
  await expect(begin(invalid).made).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
}, 30_000);

test('a wait for its end is over with its end', async () => {
  const patient = begin('process.exit(0);');
  await patient.exit;
  const timers = alive('Timeout');
  expect(await patient.endsWithin(60_000)).toEqual({ code: 0, signal: null });
  expect(alive('Timeout')).toBeLessThanOrEqual(timers);
}, 30_000);

test('a process that cannot be begun is an end as well', async () => {
  const patient = begin('', { folder: '/nowhere' });
  await expect(patient.made).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('Its process could not begin: spawn'),
  });
  await patient.end();
  expect(await patient.endsWithin(60_000)).toEqual({ code: null, signal: null });
}, 10_000);

import { EventEmitter } from 'node:events';
import { type FromPatient, type ToPatient } from '../../../src/cli/doctor/orders';
import { beginWhenTold, type PatientProcess } from '../../../src/cli/doctor/run-patient';
import { processRecord } from '../../../src/service/process-record';
import { eventually } from '../../support/eventually';
import { project, removeProjects } from './support/project';

afterEach(() => {
  Object.assign(processRecord(), { downstream: undefined, broker: undefined });
  removeProjects();
});

/** The process of a patient, without the process. */
class Told extends EventEmitter {
  readonly said: FromPatient[] = [];
  readonly exits: number[] = [];
  #id = 0;
  readonly send = (message: FromPatient): void => void this.said.push(message);
  readonly exit = (code: number): void => void this.exits.push(code);

  begin(body: string, more: object = {}): void {
    const settings = { http: { port: 0, host: '127.0.0.1' }, log: { level: 'error' } };
    const how = { downstream: 'http://127.0.0.1:1', prefix: '/p', secret: 's', held: false, start: true };
    const message: ToPatient = { begin: { folder: project(body), settings, ...how, ...more } };
    this.emit('message', message);
  }

  async order(order: string): Promise<unknown> {
    const id = this.#id++;
    this.emit('message', { order, id });
    const answer = await this.until((message) => 'id' in message && message.id === id);
    return 'result' in answer ? answer.result : answer;
  }

  until(fits: (message: FromPatient) => boolean): Promise<FromPatient> {
    return eventually(() => this.said.find(fits), 'a message');
  }
}

function begun(): Told {
  const told = new Told();
  beginWhenTold(told as unknown as PatientProcess);
  return told;
}

test('makes the service, starts it, and does what it is asked', async () => {
  const told = begun();
  told.begin("return createService({ name: 'one', settings });");
  expect(await told.until((message) => 'made' in message)).toMatchObject({ made: { name: 'one' } });
  await told.until((message) => 'ready' in message);
  expect(await told.order('facts')).toMatchObject({ name: 'one', routes: [] });
  expect(await told.order('heap')).toBeGreaterThan(0);
  expect(await told.order('blocked')).toBeGreaterThanOrEqual(0);
  expect(await told.order('poison')).toEqual([]);
  expect(await told.order('nonsense')).toMatchObject({ error: expect.any(String) });
  expect(await told.order('stop')).toEqual(expect.any(Array));
});

test('a held start goes on when it is told to', async () => {
  const told = begun();
  told.begin("return createService({ name: 'one', settings });", { held: true });
  await told.until((message) => 'made' in message);
  expect(told.said.some((message) => 'ready' in message)).toBe(false);
  await told.order('proceed');
  await told.until((message) => 'ready' in message);
  await told.order('stop');
});

test('one that is only looked at is not started', async () => {
  const told = begun();
  told.begin("return createService({ name: 'one', settings });", { start: false });
  await told.until((message) => 'made' in message);
  expect(told.said).toHaveLength(1);
});

test('says what fails, and goes when the doctor has gone', async () => {
  const told = begun();
  told.begin("throw new Error('no database');");
  expect(await told.until((message) => 'failed' in message)).toEqual({
    failed: { code: undefined, message: 'no database' },
  });
  told.emit('disconnect');
  expect(told.exits).toEqual([0]);
});

import { connect } from 'amqplib';
import { Connection } from '../../../src/messaging/amqp/connection';
import { resolveOptions } from '../../../src/messaging/amqp/options';
import { FakeClock, settle } from '../../support/fake-clock';
import { RecordingLogger } from '../../support/recording';
import { FakeModel } from './support/fake-amqp';

jest.mock('amqplib', () => ({ connect: jest.fn() }));
const connecting = connect as unknown as jest.Mock;

function made(url: string | string[] = 'amqp://user:sesame@rabbit') {
  connecting.mockReset();
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const told: string[] = [];
  const connection = new Connection('shop', resolveOptions({ url, clock, log, random: () => 0.999 }), {
    up: (_, again) => told.push(again ? 'up again' : 'up'),
    down: () => told.push('down'),
    blocked: (on) => told.push(on ? 'blocked' : 'unblocked'),
  });
  const models: FakeModel[] = [];
  const stands = (): void => {
    connecting.mockImplementation(async () => {
      models.push(new FakeModel());
      return models.at(-1);
    });
  };
  return { clock, log, told, connection, models, stands };
}

test('connects once it is started, and again when it is lost; error and close count once', async () => {
  const { clock, log, told, connection, models, stands } = made();
  stands();
  await settle();
  expect([connection.state, connecting.mock.calls.length]).toEqual(['idle', 0]);
  connection.start();
  connection.start();
  await settle();
  models[0]?.emit('error', new Error('reset'));
  models[0]?.emit('close', new Error('reset'));
  expect([connection.state, connection.lastError?.message]).toEqual(['waiting', 'reset']);
  await clock.advance(100);
  expect(told).toEqual(['up', 'down', 'up again']);
  expect([connection.state, connection.lastError]).toEqual(['connected', undefined]);
  expect(log.messages('info')).toHaveLength(2);
});

test('a broker that is away is asked for less and less often, and logged once', async () => {
  const { clock, log, connection, stands } = made();
  connecting.mockRejectedValue(new Error('ECONNREFUSED'));
  connection.start();
  await clock.advance(10_000);
  const tries = connecting.mock.calls.length;
  expect(tries).toBeGreaterThan(9);
  expect(tries).toBeLessThan(16);
  expect(log.messages('warn')).toHaveLength(1);
  stands();
  await clock.advance(1_000);
  expect(connection.state).toBe('connected');
});

test('a refused login is tried at most once a second', async () => {
  const { clock, connection } = made();
  connecting.mockRejectedValue(new Error('Handshake terminated by server: 403 (ACCESS_REFUSED)'));
  connection.start();
  await clock.advance(10_000);
  expect(connecting.mock.calls.length).toBeLessThanOrEqual(11);
  expect(connecting.mock.calls.length).toBeGreaterThan(3);
});

test('the next address is tried when one fails', async () => {
  const { clock, connection, models, stands } = made(['amqp://a', 'amqp://b']);
  connecting.mockRejectedValueOnce(new Error('ECONNREFUSED'));
  connection.start();
  await settle();
  stands();
  await clock.advance(100);
  expect([connection.address, models.length]).toEqual(['amqp://b:5672', 1]);
});

test('blocked and not, each told once', async () => {
  const { log, told, connection, models, stands } = made();
  stands();
  connection.start();
  await settle();
  for (const event of ['blocked', 'blocked', 'unblocked', 'unblocked']) models[0]?.emit(event, 'low on memory');
  expect(told).toEqual(['up', 'blocked', 'unblocked']);
  expect(log.lines.map(({ level }) => level)).toEqual(['info', 'warn', 'info']);
  models[0]?.emit('blocked', 'low on disk');
  models[0]?.emit('close');
  expect([connection.state, connection.lastError?.message]).toEqual(['waiting', 'The broker closed the connection']);
});

test('a silent broker is gone', async () => {
  const { clock, told, connection, stands } = made();
  stands();
  connection.start();
  await clock.advance(11_000);
  expect(told.slice(0, 2)).toEqual(['up', 'down']);
  await connection.stop();
});

test('stops in every state, and leaves no timer', async () => {
  const idle = made();
  await idle.connection.stop();
  const connected = made();
  connected.stands();
  connected.connection.start();
  await settle();
  await connected.connection.stop();
  expect(connected.models[0]?.closed).toBe(true);
  connected.models[0]?.emit('close');
  expect(connected.told).toEqual(['up']);
  const waiting = made();
  connecting.mockRejectedValue(new Error('no'));
  waiting.connection.start();
  await settle();
  await waiting.connection.stop();
  const trying = made();
  let arrive: (model: FakeModel) => void = () => undefined;
  connecting.mockImplementation(() => new Promise((resolve) => (arrive = resolve)));
  trying.connection.start();
  await trying.connection.stop();
  arrive(new FakeModel());
  await settle();
  expect(trying.told).toEqual([]);
  for (const { clock, connection } of [idle, connected, waiting, trying])
    expect([connection.state, clock.timers]).toEqual(['stopped', 0]);
});

test('a dead broker does not keep the stop', async () => {
  const { clock, connection, models, stands } = made();
  stands();
  connection.start();
  await settle();
  (models[0] as FakeModel).close = () => new Promise(() => undefined);
  const stopped = connection.stop();
  await clock.advance(1_000);
  await stopped;
});

test('waits no longer once another connection stands, unless the broker refuses this one', async () => {
  const { clock, connection } = made();
  connection.hasten();
  expect(connecting.mock.calls.length).toBe(0);
  connecting.mockRejectedValue(new Error('ECONNREFUSED'));
  connection.start();
  await settle();
  connection.hasten();
  await settle();
  expect([connection.state, connecting.mock.calls.length, clock.timers]).toEqual(['waiting', 2, 1]);
  connecting.mockRejectedValue(new Error('The broker refused the virtual host / to the user user: ...'));
  connection.hasten();
  await settle();
  connection.hasten();
  await settle();
  expect(connecting.mock.calls.length).toBe(3);
  await connection.stop();
});

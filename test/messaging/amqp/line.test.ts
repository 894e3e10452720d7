import { connect } from 'amqplib';
import { openLine } from '../../../src/messaging/amqp/line';
import { resolveOptions } from '../../../src/messaging/amqp/options';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeModel } from './support/fake-amqp';
import { ended } from './support/outgoing';

jest.mock('amqplib', () => ({ connect: jest.fn() }));
const connecting = connect as unknown as jest.Mock;

function made(url = 'amqp://user:sesame@rabbit/my%2Fhost') {
  const clock = new FakeClock();
  const options = resolveOptions({ url, clock, tls: { ca: 'CA' } });
  const [address] = options.addresses;
  const abort = new AbortController();
  return { clock, abort, open: () => openLine(address as never, 'shop', options, abort.signal) };
}

test('asks with the options of the connection, not with a text that has a password in it', async () => {
  const model = new FakeModel();
  connecting.mockResolvedValueOnce(model);
  const { clock, open } = made();
  const line = await open();
  const [target, settings] = connecting.mock.lastCall as [object, { signal: AbortSignal }];
  expect(target).toEqual({
    protocol: 'amqp',
    hostname: 'rabbit',
    port: 5672,
    username: 'user',
    password: 'sesame',
    vhost: 'my%2Fhost',
    heartbeat: 5,
  });
  expect(settings).toMatchObject({ noDelay: true, clientProperties: { connection_name: 'shop' } });
  expect(settings).not.toHaveProperty('ca');
  model.connection.stream.bytesRead = 12;
  expect([line.received(), clock.timers]).toEqual([12, 0]);
  line.cut();
  expect(settings.signal.aborted).toBe(true);
});

test('TLS has its options', async () => {
  connecting.mockResolvedValueOnce(new FakeModel());
  await made('amqps://rabbit').open();
  expect(connecting.mock.lastCall?.[1]).toMatchObject({ ca: 'CA', noDelay: true });
});

const never = (_: unknown, settings: { signal: AbortSignal }): Promise<never> =>
  new Promise((_, reject) => settings.signal.addEventListener('abort', () => reject(new Error('aborted'))));

test('a broker that does not answer is given up in time, or by the signal', async () => {
  connecting.mockImplementation(never);
  const late = made();
  const end = ended(late.open());
  await late.clock.advance(5_000);
  expect(await end).toBe('CONNECTION_FAILED');
  const given = made();
  const other = ended(given.open());
  await settle();
  given.abort.abort();
  expect(await other).toBe('CONNECTION_FAILED');
  expect(given.clock.timers).toBe(0);
});

test('a refusal is told as it is', async () => {
  connecting.mockRejectedValueOnce(new Error('ACCESS_REFUSED'));
  await expect(made().open()).rejects.toThrow('ACCESS_REFUSED');
});

test('a virtual host that is refused is named, as amqplib tells nothing of it', async () => {
  const refused = new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>');
  connecting.mockRejectedValueOnce(refused);
  const open = made().open();
  await expect(open).rejects.toThrow('The broker refused the virtual host my/host to the user user');
  await expect(open).rejects.toMatchObject({ code: 'CONNECTION_FAILED', retryable: true, cause: refused });
});

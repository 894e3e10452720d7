import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Eureka } from 'eureka-js-client';
import { KeelsonError } from '../../../src/core';
import { eurekaServer } from '../../../src/discovery/eureka/eureka-server';
import { type InstanceInfo } from '../../../src/discovery/eureka/instance-info';
import { KeelsonEureka } from '../../../src/discovery/eureka/keelson-eureka';
import { type EurekaAnswer, type EurekaOperation, type Transport } from '../../../src/discovery/eureka/transport';
import { RecordingLogger } from '../../support/recording';
import { info } from './support/fake-eureka';

const server = eurekaServer('http://registry/eureka');
const signal = new AbortController().signal;
const own = { app: 'GREETER', instanceId: 'a/b:1', status: 'UP', lastDirtyTimestamp: '5' } as InstanceInfo;

/** A client whose server answers with what it is given, in order. */
function connect(...answers: (Partial<EurekaAnswer> | Error)[]): {
  client: KeelsonEureka;
  sent: EurekaOperation[];
  distrusted: unknown[];
  log: RecordingLogger;
} {
  const sent: EurekaOperation[] = [];
  const distrusted: unknown[] = [];
  const log = new RecordingLogger();
  const transport = {
    send: (operation: EurekaOperation) => {
      sent.push(operation);
      const answer = answers.shift() ?? {};
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve({ status: 200, text: '', server, ...answer });
    },
    distrust: (one: unknown) => distrusted.push(one),
  } as unknown as Transport;
  return { client: new KeelsonEureka(transport, log), sent, distrusted, log };
}

test('it is the client of the library, and reads no file of the working directory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-'));
  const before = process.cwd();
  writeFileSync(join(folder, 'eureka-client.yml'), ': not yaml: [');
  process.chdir(folder);
  try {
    expect(connect().client).toBeInstanceOf(Eureka);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

test('it is not started: it would have timers', () => {
  expect(() => connect().client.start()).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

describe('refresh', () => {
  const listing = (...instances: unknown[]): Partial<EurekaAnswer> => ({
    text: JSON.stringify({ applications: { application: [{ name: 'STOCK', instance: instances }] } }),
  });

  test('takes the whole registry in, also an empty one', async () => {
    const { client, sent } = connect(listing(info('stock', 'a'), {}), { text: '{"applications":{}}' });
    await client.refresh();
    expect(client.listed.map(({ instance }) => instance.id)).toEqual(['a']);
    expect(client.skipped).toBe(1);
    await client.refresh();
    expect(client.listed).toEqual([]);
    expect(sent.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/apps'],
      ['GET', '/apps'],
    ]);
  });

  test('the same answer again is not read again, nonsense between them does not count', async () => {
    const { client } = connect(listing(info('stock', 'a')), { text: 'x' }, listing(info('stock', 'a')), listing());
    await client.refresh();
    const { listed } = client;
    await client.refresh().catch(() => undefined);
    await client.refresh();
    expect(client.listed).toBe(listed);
    await client.refresh();
    expect(client.listed).toEqual([]);
  });

  test.each<[string, Partial<EurekaAnswer>, string]>([
    ['no JSON', { text: '<html>' }, 'PAYLOAD_INVALID'],
    ['no registry', { text: 'null' }, 'PAYLOAD_INVALID'],
    ['nothing', { text: '' }, 'PAYLOAD_INVALID'],
    ['a refusal', { status: 401, text: 'who are you' }, 'HTTP_STATUS'],
    ['no content', { status: 204 }, 'HTTP_STATUS'],
  ])('%s changes nothing, and the server is asked last', async (_, answer, code) => {
    const { client, distrusted } = connect(listing(info('stock', 'a')), answer);
    await client.refresh();
    await expect(client.refresh()).rejects.toMatchObject({ code });
    expect(client.listed).toHaveLength(1);
    expect(distrusted).toEqual([server]);
  });

  test('who cannot be reached is the business of the transport', async () => {
    const error = new KeelsonError('TIMEOUT', 'slow', { retryable: true });
    const { client, distrusted } = connect(listing(), error);
    await client.refresh();
    await expect(client.refresh()).rejects.toBe(error);
    expect(distrusted).toEqual([]);
  });

  test('what the library has to say is for whoever looks for a fault', async () => {
    const { client, log } = connect(new KeelsonError('TIMEOUT', 'slow', { retryable: true }));
    await client.refresh().catch(() => undefined);
    expect(new Set(log.lines.map(({ level }) => level))).toEqual(new Set(['debug']));
  });
});

describe('the lease', () => {
  test('paths are encoded, statuses are what they are', async () => {
    const { client, sent } = connect({ status: 204 });
    await client.announce({ ...own, status: 'STARTING' }, signal);
    await client.beat(own, signal);
    await client.tellStatus({ ...own, status: 'OUT_OF_SERVICE' }, signal);
    await client.forget(own, signal);
    expect(sent).toEqual([
      { method: 'POST', path: '/apps/GREETER', body: { instance: { ...own, status: 'STARTING' } }, signal },
      { method: 'PUT', path: '/apps/GREETER/a%2Fb%3A1?status=UP&lastDirtyTimestamp=5', signal },
      { method: 'PUT', path: '/apps/GREETER/a%2Fb%3A1/status?value=OUT_OF_SERVICE&lastDirtyTimestamp=5', signal },
      { method: 'DELETE', path: '/apps/GREETER/a%2Fb%3A1', signal },
    ]);
  });

  test.each([
    [200, true],
    [404, false],
  ])('%d: known is %s', async (status, known) => {
    const { client } = connect({ status }, { status }, { status });
    expect(await client.beat(own, signal)).toBe(known);
    expect(await client.tellStatus(own, signal)).toBe(known);
    expect(await client.forget(own, signal)).toBe(known);
  });

  test.each([400, 401, 403, 409])('%d is an error', async (status) => {
    const { client } = connect({ status }, { status });
    const expected = { code: 'HTTP_STATUS', details: { status } };
    await expect(client.announce(own, signal)).rejects.toMatchObject(expected);
    await expect(client.beat(own, signal)).rejects.toMatchObject(expected);
  });

  test('a registration that is answered 404 is none', async () => {
    await expect(connect({ status: 404 }).client.announce(own, signal)).rejects.toMatchObject({ code: 'HTTP_STATUS' });
  });
});

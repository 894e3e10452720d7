import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerUrl, quietly } from '../../src/cli/broker-url';
import { madeService, testContext } from './support/context';

const service = madeService([], { 'messaging.url': ['amqp://configured'] });
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'keelson-cli-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const named = (): void => writeFileSync(join(folder, 'package.json'), '{ "keelson": { "service": "it.js" } }');

test('what is given comes first, then the environment', async () => {
  const context = testContext({ env: { AMQP_URL: 'amqp://one, amqp://two,' }, service, cwd: folder });
  expect(await brokerUrl('amqp://given', context, service)).toEqual(['amqp://given']);
  expect(await brokerUrl(undefined, context, service)).toEqual(['amqp://one', 'amqp://two']);
});

test('then the service’s own', async () => {
  named();
  const context = testContext({ env: {}, service, cwd: folder });
  expect(await brokerUrl(undefined, context, service)).toEqual(['amqp://configured']);
  expect(await brokerUrl(undefined, context)).toEqual(['amqp://configured']);
});

test.each([[true], [false]])('without any it says what to do; with a service: %s', async (there) => {
  if (there) named();
  const context = testContext({ env: {}, service: madeService([]), cwd: folder });
  await expect(brokerUrl(undefined, context)).rejects.toMatchObject({
    code: 'START_FAILED',
    message: expect.stringContaining('give --url'),
  });
});

test('a service that cannot be made is an error', async () => {
  named();
  await expect(brokerUrl(undefined, testContext({ env: {}, cwd: folder }))).rejects.toThrow('no service');
});

test('a service is made so that its log does not stand in the output', async () => {
  const given: unknown[] = [];
  await quietly({
    cwd: folder,
    load: (...all) => {
      given.push(...all);
      return Promise.resolve(service);
    },
  });
  expect(given).toEqual([folder, { log: { level: 'error' } }]);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf } from '../../../src/cli/doctor/examine';
import { type Begin } from '../../../src/cli/doctor/orders';
import { plantRoutes } from '../../../src/cli/doctor/planted';
import { defineEvent } from '../../../src/messaging';
import { createService, type Service } from '../../../src/service';
import { project, removeProjects } from './support/project';

afterEach(removeProjects);

const settings = { log: { level: 'error' }, management: { token: 'a-token-of-the-doctor' } };
const how = { settings, prefix: '/p', secret: 's' } as unknown as Begin;

test('what can be seen of a service', () => {
  const service = createService({
    name: 'orders',
    version: '1.2.3',
    config: { mail: { password: { doc: 'Of the mail', format: String, default: 'hunter22', sensitive: true } } },
    settings,
  }) as unknown as Service;
  service.app.get('/orders/:id', () => undefined);
  service.client('http://localhost:1', { timeoutMs: 5 });
  service.messaging.subscribe(defineEvent('a.b'), () => undefined, { retry: { delaysMs: [1, 2] } });
  plantRoutes(service, how);
  const facts = factsOf(service, how, 7);
  expect(facts).toMatchObject({
    name: 'orders',
    version: '1.2.3',
    routes: ['/orders/:id'],
    takesSettings: true,
    secrets: ['a-token-of-the-doctor', 'hunter22'],
    subscriptions: [{ event: 'a.b', group: 'orders', ordered: false, delaysMs: expect.arrayContaining([1, 2]) }],
    port: 7,
  });
  expect(facts.clients).toHaveLength(1);
  expect(facts.settings.map(({ key }) => key).filter((key) => !facts.chassis.includes(key))).toEqual(['mail.password']);
  expect(JSON.stringify(facts.settings)).not.toContain('hunter22');
});

test('one that does not take settings is seen through', () => {
  const service = createService({ name: 'orders', version: '1.2.3', settings: { log: { level: 'error' } } });
  expect(factsOf(service, how, undefined).takesSettings).toBe(false);
});

test('files of the service are not for the one that tells which settings all have', () => {
  const folder = project('');
  const dir = join(folder, 'config');
  mkdirSync(dir);
  writeFileSync(join(dir, 'default.json'), '{ "greeting": "hi" }');
  const config = { greeting: { doc: 'Said to all', format: String, default: 'hello' } };
  process.env['CONFIG_DIR'] = dir;
  try {
    const service = createService({ name: 'orders', version: '1.2.3', config, settings }) as unknown as Service;
    expect(service.config.get('greeting' as never)).toBe('hi');
    expect(factsOf(service, how, undefined).chassis).not.toContain('greeting');
  } finally {
    delete process.env['CONFIG_DIR'];
  }
});

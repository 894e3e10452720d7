import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** The kit under the runners that services use, in child processes, by `require` and by `import`. The suites are the same but for their first lines. */
const root = resolve(__dirname, '..', '..');
let folder: string;

beforeAll(() => {
  // Inside of the repository, so that `keelson` is found, which is built.
  folder = mkdtempSync(join(root, '.runners-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const body = `
const createOrders = (settings) => {
  const service = createService({ name: 'orders', settings });
  const inventory = service.client('inventory', { retry: { attempts: 2 } });
  service.app.get('/orders/:id', async (req, res) => res.json(await inventory.get('/stock/' + req.params.id)));
  return service;
};
const clock = fakeClock();
const network = createTestNetwork({ clock, closeBy: afterEach });
let first;

test('a service and a stub', async () => {
  const orders = await startTestService(createOrders, { network });
  first = orders;
  const inventory = await stubService('inventory', { network });
  inventory.on('GET', '/stock/:sku', { json: { left: 3 } }).next(1, { status: 503 });
  const answer = await clock.passUntil(orders.request('/orders/7'));
  equal(JSON.stringify(await answer.json()), '{"left":3}');
  equal(inventory.requests.length, 2);
});

test('the one of the test before is closed', async () => {
  equal(first.service.state, 'stopped');
  equal(network.registry.up('inventory').length, 0);
  const orders = await startTestService(createOrders, { network });
  equal(await orders.metric('keelson_service_info'), 1);
});

test('leaves a timer', async () => {
  await startTestService((settings) => {
    const service = createService({ name: 'leaky', settings });
    return service.use({ name: 'timer', start: () => void (globalThis.left = setInterval(() => {}, 1234)) });
  }, { network });
});
`;
/** So that the runner itself ends. */
const afterwards = `\nafterAll(() => clearInterval(globalThis.left));\n`;
const kit = '{ createTestNetwork, fakeClock, startTestService, stubService }';
const names = { service: '{ createService }', kit };

const required = `const ${names.service} = require('keelson');\nconst ${names.kit} = require('keelson/testing');\n`;
const imported = `import ${names.service} from 'keelson';\nimport ${names.kit} from 'keelson/testing';\n`;
const nodeNames = '{ test, afterEach, after: afterAll }';

const suites: readonly [string, string, string][] = [
  [
    'node',
    'a.test.cjs',
    `const ${nodeNames} = require('node:test');\nconst { equal } = require('node:assert');\n${required}`,
  ],
  [
    'node',
    'b.test.mjs',
    `import { test, afterEach, after as afterAll } from 'node:test';\nimport { equal } from 'node:assert';\n${imported}`,
  ],
  ['jest', 'c.spec.cjs', `const equal = (a, b) => expect(a).toBe(b);\n${required}`],
  ['jest', 'd.spec.mjs', `const equal = (a, b) => expect(a).toBe(b);\n${imported}`],
];

function run(runner: string, file: string): { status: number | null; output: string } {
  const config = JSON.stringify({ rootDir: folder, testMatch: ['**/*.spec.?js'], transform: {} });
  const jest = createRequire(__filename).resolve('jest/bin/jest');
  const words =
    runner === 'node'
      ? ['--test', '--test-reporter=tap', file]
      : ['--experimental-vm-modules', '--no-warnings', jest, '--config', config, '--runInBand', '--ci', file];
  const env = { PATH: process.env['PATH'], AMQP_URL: 'amqp://away', EUREKA_URL: 'http://away/eureka' };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, output: stdout + stderr };
}

test('keelson is built', () => {
  execFileSync(process.execPath, ['-e', `require('keelson/testing').startTestService.length || process.exit(1)`], {
    cwd: folder,
  });
});

test.each(suites)(
  '%s, %s: closes after each test, and what was left open fails the test that left it',
  (runner, file, head) => {
    writeFileSync(join(folder, file), head + body + afterwards);
    const { status, output } = run(runner, file);
    const expected =
      runner === 'node' ? [/^# pass 2$/m, /^# fail 1$/m] : [/Tests: +1 failed, 2 passed, 3 total/, /✕ leaves a timer/];
    for (const pattern of expected) expect(output).toMatch(pattern);
    expect(output).toContain('leaky has stopped, but what it opened is still open:');
    expect(output).toContain('a timer that repeats every 1234 ms');
    expect(output).toContain(file);
    expect(status).toBe(1);
  },
  90_000,
);

test.each(suites)(
  '%s, %s: passes where nothing is left open',
  (runner, file, head) => {
    const sound = body.slice(0, body.indexOf("test('leaves a timer'"));
    writeFileSync(join(folder, file), head + sound);
    const { status, output } = run(runner, file);
    expect({ status, output: status === 0 ? '' : output }).toEqual({ status: 0, output: '' });
  },
  90_000,
);

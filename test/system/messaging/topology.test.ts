import { testWith } from '../support/need';
import { rabbitPrograms } from '../support/rabbitmq';
import { CliFolder } from './support/cli';
import { eventOf, soon } from './support/envelopes';
import { Stand } from './support/stand';

const withRabbit = testWith(...rabbitPrograms);
const stand = new Stand();
let cli: CliFolder | undefined;

afterAll(async () => {
  cli?.remove();
  await stand.end();
});

interface Applied {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly error?: string;
}

const states = (text: string): Record<string, string> =>
  Object.fromEntries((JSON.parse(text) as Applied[]).map(({ kind, name, state }) => [`${kind} ${name}`, state]));

withRabbit('a service’s topology is printed, looked for, applied twice, and refused where it conflicts', async () => {
  cli = new CliFolder((await stand.rabbit()).url);
  cli.service(
    'billing',
    `service.messaging.subscribe(defineEvent('order.placed'), () => undefined, { retry: { delaysMs: [1000] } });
     service.messaging.handle(defineCommand('stock.reserve'), () => undefined);`,
  );
  const printed = await cli.run('topology', 'print');
  expect(printed).toMatchObject({ code: 0, err: '' });
  expect(printed.out).toMatch(/^order +topic$/m);
  expect(printed.out).toMatch(/^order\.placed\.billing +quorum +x-dead-letter-exchange="" /m);
  expect(printed.out).toMatch(/^order\.placed\.billing +order +order\.placed$/m);
  const { queues } = JSON.parse((await cli.run('topology', 'print', '--json')).out) as {
    queues: { name: string }[];
  };
  const names = queues.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['order.placed.billing', 'order.placed.billing.dlq', 'stock.reserve']));

  const looked = await cli.run('topology', 'apply', '--dry-run', '--json');
  expect(looked.code).toBe(1);
  expect(new Set(Object.values(states(looked.out)))).toEqual(new Set(['missing']));
  const first = await cli.run('topology', 'apply', '--json');
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(new Set(Object.values(states(first.out)))).toEqual(new Set(['made']));
  const second = await cli.run('topology', 'apply');
  expect(second).toMatchObject({ code: 0, err: '' });
  expect(second.out).toMatch(/^queue +order\.placed\.billing +was there$/m);
  expect(second.out).not.toMatch(/made|REFUSED|missing/);
  expect((await cli.run('dlq', 'list')).out).toMatch(/^order\.placed\.billing +0 +0 +0$/m);

  // From then on nothing is missed.
  const transport = await stand.started();
  await transport.publish(eventOf('order.placed'), soon);
  const operator = await stand.operator();
  expect((await operator.checkQueue('order.placed.billing')).messageCount).toBe(1);

  await operator.deleteQueue('stock.reserve');
  await operator.assertQueue('stock.reserve', { arguments: { 'x-queue-type': 'classic' } });
  const conflict = await cli.run('topology', 'apply', '--json');
  expect(conflict.code).toBe(1);
  expect(states(conflict.out)).toMatchObject({
    'queue stock.reserve': 'refused',
    'queue order.placed.billing': 'there',
  });
  expect(conflict.err).toContain(
    "The queue stock.reserve was declared otherwise before: its x-queue-type is 'classic', not 'quorum'; delete it once it is empty",
  );
  expect((await operator.checkQueue('stock.reserve')).messageCount).toBe(0);
});

withRabbit('a service without messaging needs nothing', async () => {
  const other = new CliFolder((await stand.rabbit()).url);
  other.service('quiet', '');
  const expected = { code: 0, err: 'quiet has no messaging: nothing asks for service.messaging.\n' };
  expect(await other.run('topology', 'print')).toEqual({ ...expected, out: '' });
  expect(await other.run('topology', 'apply', '--json')).toEqual({ ...expected, out: '[]\n' });
  expect(await other.run('dlq', 'list')).toMatchObject({ code: 0, out: '' });
  other.remove();
});

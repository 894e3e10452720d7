import { topologyCommand } from '../../src/cli/topology-command';
import { type AppliedDeclaration } from '../../src/messaging/amqp';
import { madeService, orderPlaced, testContext } from './support/context';

const applied = (state: AppliedDeclaration['state'], error?: Error): AppliedDeclaration => ({
  declaration: { kind: 'exchange', name: 'order', type: 'topic' },
  state,
  error,
});
const service = madeService([orderPlaced]);

test('prints what the service needs, for people or for programs; no broker is asked', async () => {
  const people = testContext({ service });
  expect(await topologyCommand(['print'], people)).toBe(0);
  expect(people.told.out).toMatch(/^order\.placed\.billing +quorum /m);
  const programs = testContext({ service: madeService([orderPlaced], { 'messaging.queueType': 'classic' }) });
  expect(await topologyCommand(['print', '--json'], programs)).toBe(0);
  const { queues } = JSON.parse(programs.told.out) as { queues: object[] };
  expect(queues).toContainEqual(
    expect.objectContaining({ arguments: expect.objectContaining({ 'x-queue-type': 'classic' }) }),
  );
  expect([people.connected.options, programs.connected.options]).toEqual([undefined, undefined]);
});

test.each([
  [undefined, 'billing has no messaging: nothing asks for service.messaging.\n'],
  [[], 'billing takes no messages: it subscribes nothing and handles nothing when it is made.\n'],
])('a service that takes %j says so', async (sources, err) => {
  const context = testContext({ service: madeService(sources) });
  expect(await topologyCommand(['print'], context)).toBe(0);
  expect(context.told).toEqual({ out: '', err });
});

test('applies it where the environment or the words say', async () => {
  const context = testContext({ service, applied: [applied('made')] });
  expect(await topologyCommand(['apply'], context)).toBe(0);
  expect(context.told).toEqual({ out: 'KIND      NAME   STATE\nexchange  order  made\n', err: '' });
  expect(context.connected.options).toEqual({ url: ['amqp://here'], declare: true });
  await topologyCommand(['apply', '--url', 'amqp://there', '--dry-run', '--json'], context);
  expect(context.connected.options).toEqual({ url: ['amqp://there'], declare: false });
});

test('what was refused is told, and is a failure', async () => {
  const context = testContext({ service, applied: [applied('refused', new Error('otherwise')), applied('made')] });
  expect(await topologyCommand(['apply', '--json'], context)).toBe(1);
  expect(context.told.err).toBe('otherwise\n');
  expect(JSON.parse(context.told.out)).toHaveLength(2);
});

test('what is missing is a failure', async () => {
  expect(await topologyCommand(['apply', '--dry-run'], testContext({ service, applied: [applied('missing')] }))).toBe(
    1,
  );
});

test.each([[[]], [['fly']], [['print', 'more']], [['print', '--fast']]])('%j is not understood', async (words) => {
  await expect(topologyCommand(words, testContext({ service }))).rejects.toMatchObject({
    code: expect.stringMatching(/^ERR_PARSE_ARGS_/),
  });
});

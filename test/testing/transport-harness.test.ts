import { TransportBench } from '../../src/testing/transport-bench';
import { memoryTransportHarness } from '../messaging/harnesses';

test('the memory harness does what a harness is to do', async () => {
  const harness = memoryTransportHarness();
  const bench = new TransportBench(harness);
  expect(harness.open?.()).toBe(0);
  const transport = await bench.started();
  const taken = await bench.subscribe(transport);
  const begun = harness.wall();
  await transport.publish(bench.envelope({ id: 'a', headers: { x: '1' } }), bench.limits({ delayMs: 50 }));
  await harness.pass(50);
  expect([harness.wall() - begun, taken.ids()]).toEqual([50, ['a']]);
  const note = { reason: 'failed', code: 'E', message: '', stack: undefined, attempts: 1 } as const;
  await taken.deliveries[0]?.bury(note);
  const letters = await harness.deadLetters(bench.event, 'billing');
  expect(letters).toEqual([{ id: 'a', body: Buffer.from('{"a":1}'), headers: { x: '1' }, note }]);
  expect(await harness.deadLetters(bench.event, 'billing')).toEqual(letters);
  await bench.clear();
  expect(harness.open?.()).toBe(0);
});

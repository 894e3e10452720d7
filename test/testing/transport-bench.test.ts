import { type Delivery } from '../../src/messaging';
import { TransportBench, codeOf } from '../../src/testing/transport-bench';
import { KeelsonError } from '../../src/core';
import { memoryTransportHarness } from '../messaging/harnesses';

test('each has names of its own, that are valid ones', () => {
  const [one, other] = [new TransportBench(memoryTransportHarness()), new TransportBench(memoryTransportHarness())];
  expect(one.event).not.toBe(other.event);
  expect(one.event).toMatch(/^contract\.[a-z][a-z0-9-]+$/);
  expect(one.command).toMatch(/^contract\.[a-z][a-z0-9-]+$/);
});

test('what does not come about is said, not waited for without end', async () => {
  const bench = new TransportBench(memoryTransportHarness());
  await expect(bench.eventually('pigs fly', () => false)).rejects.toThrow('it has not come about that pigs fly');
  await expect(bench.sure(new Promise(() => undefined))).rejects.toThrow('neither resolved nor rejected');
  await expect(bench.sure(undefined)).rejects.toThrow('there is nothing to wait for');
  await expect(bench.sure(Promise.resolve(5))).resolves.toBe(5);
  await expect(bench.sure(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('a refusal must be the right one', async () => {
  const bench = new TransportBench(memoryTransportHarness());
  const error = new KeelsonError('STOPPED', 'm', { retryable: false, details: { a: 1 } });
  await expect(bench.refused(Promise.reject(error), 'STOPPED')).resolves.toEqual({ a: 1 });
  await expect(bench.refused(Promise.reject(error), 'ABORTED')).rejects.toThrow();
  await expect(bench.refused(Promise.resolve(), 'ABORTED')).rejects.toThrow('expected ABORTED, but it resolved');
  expect([codeOf(error), codeOf('text')]).toEqual(['STOPPED', 'text']);
});

test('what is thrown within a delivery fails the case', async () => {
  const bench = new TransportBench(memoryTransportHarness());
  const transport = await bench.started();
  const taken = bench.take(transport, bench.events(), () => {
    throw new Error('within');
  });
  await bench.publish(transport, 'a');
  await expect(bench.arrived(taken, 'a')).rejects.toThrow('within');
  await expect(bench.clear()).rejects.toThrow('within');
});

test('more than was expected is found out', async () => {
  const bench = new TransportBench(memoryTransportHarness());
  const transport = await bench.started();
  const taken = await bench.subscribe(transport);
  await bench.publish(transport, 'a', 'b');
  await expect(bench.arrived(taken, 'a')).rejects.toThrow();
  taken.ackAll();
  taken.ackAll();
  await taken.end();
  const seen: Delivery[] = [];
  const again = bench.take(transport, bench.events(), (one) => void seen.push(one));
  await bench.arrived(again);
  expect(seen).toEqual([]);
  await bench.clear();
  expect(transport.state).toBe('stopped');
});

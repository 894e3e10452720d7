import { type SendResult } from '../../src/tracing/collector-client';
import { type RecordingSpan } from '../../src/tracing/recording-span';
import { type BatchTarget, SpanBatcher } from '../../src/tracing/span-batcher';
import { currentScope, runInScope } from '../../src/core';
import { FakeClock, settle } from '../support/fake-clock';
import { collectingLogger } from './support/collecting-logger';
import { countingMeter } from './support/counting-meter';
import { makeSpan } from './support/make-span';

const settings = { queueSize: 20, batchSize: 5, delayMs: 5000 };
const exported = 'keelson_trace_spans_exported_total';
const droppedTotal = 'keelson_trace_spans_dropped_total';

/** A target that answers when the test says so. */
class ScriptedTarget implements BatchTarget {
  readonly name = 'http://collector';
  readonly batches: number[] = [];
  readonly scopes: unknown[] = [];
  hurried = false;
  closed = false;
  next: SendResult | undefined = { sent: true };
  #answer: ((result: SendResult) => void) | undefined;

  send(spans: readonly RecordingSpan[]): Promise<SendResult> {
    this.batches.push(spans.length);
    this.scopes.push(currentScope());
    return this.next !== undefined ? Promise.resolve(this.next) : new Promise((resolve) => (this.#answer = resolve));
  }

  async answer(result: SendResult): Promise<void> {
    this.#answer?.(result);
    this.#answer = undefined;
    await settle();
  }

  hurry(): void {
    this.hurried = true;
  }

  close(): void {
    this.closed = true;
    this.#answer?.({ sent: false, reason: 'closed', pauseMs: 0 });
  }
}

function setup() {
  const clock = new FakeClock();
  const target = new ScriptedTarget();
  const meter = countingMeter();
  const logger = collectingLogger();
  const batcher = new SpanBatcher(settings, target, clock, logger, meter);
  const add = (count: number): void => {
    for (let i = 0; i < count; i += 1) batcher.add(makeSpan());
  };
  return { clock, target, meter, logger, batcher, add, never: new AbortController().signal };
}

const failed: SendResult = { sent: false, reason: 'status 500', pauseMs: 0 };

describe('SpanBatcher', () => {
  test('before start() spans wait and no timer runs', async () => {
    const { clock, target, batcher, add, never } = setup();
    add(7);
    await clock.advance(60_000);
    expect([target.batches, clock.timers]).toEqual([[], 0]);
    batcher.start();
    batcher.start();
    expect(clock.timers).toBe(1);
    await clock.advance(5000);
    expect(target.batches).toEqual([5]);
    await batcher.stop(never);
  });

  test('exports what there is every five seconds', async () => {
    const { clock, target, meter, batcher, add, never } = setup();
    batcher.start();
    await clock.advance(5000);
    expect(target.batches).toEqual([]);
    add(2);
    await clock.advance(4999);
    expect(target.batches).toEqual([]);
    await clock.advance(1);
    expect(target.batches).toEqual([2]);
    expect(meter.count(exported)).toBe(2);
    await batcher.stop(never);
  });

  test('a full batch goes at once, but not within the request that filled it', async () => {
    const { clock, target, batcher, add, never } = setup();
    batcher.start();
    const scope = { work: undefined, trace: undefined, telemetry: undefined };
    runInScope(scope, () => add(5));
    expect(target.batches).toEqual([]);
    await clock.advance(0);
    expect(target.batches).toEqual([5]);
    expect(target.scopes).toEqual([undefined]);
    await batcher.stop(never);
  });

  test('one batch at a time; then the next full ones follow', async () => {
    const { clock, target, batcher, add, never } = setup();
    batcher.start();
    target.next = undefined;
    add(5);
    await clock.advance(0);
    add(12);
    await clock.advance(20_000);
    expect(target.batches).toEqual([5]);
    await target.answer({ sent: true });
    expect(target.batches).toEqual([5, 5]);
    await target.answer({ sent: true });
    expect(target.batches).toEqual([5, 5, 5]);
    await target.answer({ sent: true });
    target.next = { sent: true };
    expect(target.batches).toEqual([5, 5, 5]);
    await clock.advance(5000);
    expect(target.batches).toEqual([5, 5, 5, 2]);
    await batcher.stop(never);
  });

  test('a full queue drops what is new, and counts it', async () => {
    const { clock, target, meter, batcher, add, never } = setup();
    batcher.start();
    target.next = undefined;
    add(5);
    await clock.advance(0);
    add(23);
    expect(batcher.dropped).toBe(3);
    expect(meter.count(droppedTotal, { reason: 'queue_full' })).toBe(3);
    target.next = { sent: true };
    await target.answer({ sent: true });
    await batcher.stop(never);
    expect(meter.count(exported)).toBe(25);
  });

  test('a failed batch is dropped and counted, and told once; so is recovery', async () => {
    const { clock, target, meter, logger, batcher, add, never } = setup();
    batcher.start();
    target.next = failed;
    for (let i = 0; i < 3; i += 1) {
      add(2);
      await clock.advance(5000);
    }
    expect(meter.count(droppedTotal, { reason: 'export_failed' })).toBe(6);
    expect(logger.lines).toEqual([
      expect.objectContaining({ level: 'warn', fields: { collector: 'http://collector', reason: 'status 500' } }),
    ]);
    target.next = { sent: true };
    add(1);
    await clock.advance(5000);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    await batcher.stop(never);
  });

  test('after a failure it does not hammer: the next attempt is at the next tick', async () => {
    const { clock, target, batcher, add, never } = setup();
    batcher.start();
    target.next = failed;
    add(18);
    await clock.advance(0);
    expect(target.batches).toEqual([5]);
    await clock.advance(5000);
    expect(target.batches).toEqual([5, 5]);
    await batcher.stop(never);
  });

  test('leaves the collector alone for as long as it asks', async () => {
    const { clock, target, batcher, add, never } = setup();
    batcher.start();
    target.next = { ...failed, pauseMs: 12_000 };
    add(1);
    await clock.advance(5000);
    add(6);
    await clock.advance(10_000);
    expect(target.batches).toEqual([1]);
    target.next = { sent: true };
    await clock.advance(5000);
    expect(target.batches).toEqual([1, 5]);
    await batcher.stop(never);
  });

  test('stop() hands over what waits and leaves nothing running', async () => {
    const { clock, target, meter, batcher, add, never } = setup();
    batcher.start();
    add(12);
    await batcher.stop(never);
    expect(target.batches).toEqual([5, 5, 2]);
    expect(meter.count(exported)).toBe(12);
    expect([target.hurried, target.closed, clock.timers]).toEqual([true, true, 0]);
    add(3);
    expect(meter.count(droppedTotal, { reason: 'shutdown' })).toBe(3);
    batcher.start();
    await batcher.stop(never);
    expect(clock.timers).toBe(0);
  });

  test('stop() waits for what is under way', async () => {
    const { clock, target, meter, batcher, add, never } = setup();
    batcher.start();
    target.next = undefined;
    add(5);
    await clock.advance(0);
    const stopping = batcher.stop(never);
    target.next = { sent: true };
    await target.answer({ sent: true });
    await stopping;
    expect(meter.count(exported)).toBe(5);
    expect(batcher.dropped).toBe(0);
  });

  test('a collector that does not answer delays stop() by 1.5 s', async () => {
    const { clock, target, meter, batcher, add, never } = setup();
    batcher.start();
    target.next = undefined;
    add(9);
    let stopped = false;
    const stopping = batcher.stop(never).then(() => (stopped = true));
    await clock.advance(1499);
    expect(stopped).toBe(false);
    await clock.advance(1);
    await stopping;
    expect([target.closed, clock.timers]).toEqual([true, 0]);
    expect(meter.count(droppedTotal)).toBe(9);
    expect(meter.count(droppedTotal, { reason: 'shutdown' })).toBe(4);
  });

  test('the signal cuts it shorter', async () => {
    const { target, meter, batcher, add } = setup();
    batcher.start();
    target.next = undefined;
    add(3);
    const controller = new AbortController();
    const stopping = batcher.stop(controller.signal);
    controller.abort();
    await stopping;
    expect(target.closed).toBe(true);
    expect(meter.count(droppedTotal)).toBe(3);
  });

  test('the last flush gives up at the first failure, and does not disturb one that asked for a pause', async () => {
    const one = setup();
    one.batcher.start();
    one.target.next = failed;
    one.add(12);
    await one.batcher.stop(one.never);
    expect(one.target.batches).toEqual([5]);
    expect(one.batcher.dropped).toBe(12);
    const other = setup();
    other.batcher.start();
    other.target.next = { ...failed, pauseMs: 60_000 };
    other.add(1);
    await other.clock.advance(5000);
    other.add(2);
    await other.batcher.stop(other.never);
    expect(other.target.batches).toEqual([1]);
  });

  test('abandon() forgets everything', async () => {
    const { clock, target, batcher, add } = setup();
    batcher.start();
    add(6);
    batcher.abandon();
    await clock.advance(60_000);
    expect([target.batches, target.closed, clock.timers]).toEqual([[], true, 0]);
  });
});

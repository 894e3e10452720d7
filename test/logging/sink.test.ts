import { type LogOutput } from '../../src/logging';
import { Sink, type SinkOptions } from '../../src/logging/sink';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

function sinkTo(
  out: LogOutput,
  changed: Partial<SinkOptions> = {},
): { sink: Sink; clock: FakeClock; lost: () => number } {
  const clock = new FakeClock();
  let lost = 0;
  const sink = new Sink({
    out,
    maxBuffered: 100_000,
    clock,
    lost: (count) => {
      lost += count;
    },
    notice: (count) => `lost ${count}\n`,
    ...changed,
  });
  return { sink, clock, lost: () => lost };
}

describe('Sink', () => {
  test('lines of one turn are one write', async () => {
    const out = new MemoryOut();
    const { sink } = sinkTo(out);
    sink.start();
    for (let i = 0; i < 10; i++) sink.write(`${i}\n`);
    expect(out.chunks).toHaveLength(0);
    await settle();
    expect(out.chunks).toEqual(['0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n']);
    sink.write('x\n');
    await sink.close(1_000);
    expect(out.text).toMatch(/9\nx\n$/);
  });

  test('a big batch does not wait for the turn to end', () => {
    const out = new MemoryOut();
    const { sink, lost } = sinkTo(out);
    sink.start();
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 1_000; i++) sink.write(line);
    expect(out.text.length).toBeGreaterThan(900_000);
    expect(lost()).toBe(0);
  });

  test('while out is busy lines wait up to the bound, then are dropped, counted, and told of', async () => {
    const out = new MemoryOut();
    out.mode = 'hold';
    const { sink, lost } = sinkTo(out);
    sink.start();
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 150; i++) {
      sink.write(line);
      if (i % 10 === 0) await settle();
    }
    expect(lost()).toBe(50);
    expect(out.writableLength).toBeLessThanOrEqual(100_000);
    out.release();
    await settle();
    expect(out.lines).toHaveLength(101);
    expect(out.lines.at(-1)).toBe('lost 50');
    sink.write('on\n');
    await settle();
    expect(out.lines.at(-1)).toBe('on');
    expect(lost()).toBe(50);
  });

  test('a failing out harms nobody: counted, left alone for a second, tried again', async () => {
    const out = new MemoryOut();
    out.mode = 'fail';
    const { sink, clock, lost } = sinkTo(out);
    sink.start();
    sink.write('1\n');
    await settle();
    expect(lost()).toBe(1);
    sink.write('2\n');
    await settle();
    expect(lost()).toBe(1);
    await clock.advance(1_000);
    sink.write('3\n');
    await settle();
    expect(lost()).toBe(3);
    out.mode = 'take';
    await clock.advance(1_000);
    sink.write('4\n');
    await settle();
    expect(out.text).toBe('4\nlost 3\n');
  });

  test('an out that throws is a failing one', async () => {
    const out = new MemoryOut();
    out.mode = 'throw';
    const { sink, lost } = sinkTo(out);
    sink.write('1\n');
    await settle();
    expect(lost()).toBe(1);
    out.mode = 'take';
    sink.write('2\n');
    sink.flushNow();
    expect(out.text).toBe('2\nlost 1\n');
  });

  test('flush waits for what is on its way, within its limit', async () => {
    const out = new MemoryOut();
    const { sink, clock } = sinkTo(out);
    sink.start();
    await sink.flush(1_000);
    out.mode = 'hold';
    sink.write('1\n');
    let flushed = false;
    const flushing = sink.flush(1_000).then(() => {
      flushed = true;
    });
    await clock.advance(999);
    expect(flushed).toBe(false);
    await clock.advance(1);
    expect(flushed).toBe(true);
    await flushing;
    const again = sink.flush(1_000);
    sink.write('2\n');
    out.release();
    await again;
    await settle();
    expect(out.text).toBe('1\n2\n');
    expect(clock.timers).toBe(0);
  });

  test('flush ends at once when out fails', async () => {
    const out = new MemoryOut();
    out.mode = 'fail';
    const { sink, clock } = sinkTo(out);
    sink.write('1\n');
    await sink.flush(1_000);
    expect(clock.timers).toBe(0);
  });

  test('flushNow writes within the turn, even to a busy out', () => {
    const out = new MemoryOut();
    out.mode = 'hold';
    const { sink } = sinkTo(out);
    sink.write('1\n');
    sink.flushNow();
    sink.write('2\n');
    sink.flushNow();
    expect(out.writableLength).toBe(4);
    sink.flushNow();
  });

  test('listens from start to close, and else only while it writes', async () => {
    const out = new MemoryOut();
    const { sink } = sinkTo(out);
    const listeners = (): number => out.listenerCount('error') + out.listenerCount('drain');
    expect(listeners()).toBe(0);
    sink.write('early\n');
    await settle();
    await settle();
    expect(out.text).toBe('early\n');
    expect(listeners()).toBe(0);
    sink.start();
    sink.start();
    expect(listeners()).toBe(2);
    sink.write('x\n');
    await settle();
    await settle();
    expect(listeners()).toBe(2);
    await sink.close(1_000);
    await settle();
    expect(listeners()).toBe(0);
    out.mode = 'fail';
    sink.write('late\n');
    await settle();
    await settle();
    await settle();
    expect(listeners()).toBe(0);
  });

  test('an out that says nothing of its length is followed by its answers and its drain', async () => {
    const done: (() => void)[] = [];
    const chunks: string[] = [];
    const out = new MemoryOut();
    const plain: LogOutput = {
      write: (chunk, then) => {
        chunks.push(chunk);
        if (then !== undefined) done.push(then);
        return false;
      },
      on: (event, listener) => out.on(event, listener),
      off: (event, listener) => out.off(event, listener),
    };
    const { sink } = sinkTo(plain);
    sink.start();
    sink.write('1\n');
    await settle();
    sink.write('2\n');
    await settle();
    expect(chunks).toEqual(['1\n']);
    out.emit('drain');
    expect(chunks).toEqual(['1\n', '2\n']);
    const flushing = sink.flush(1_000);
    for (const then of done) {
      then();
      then();
    }
    await flushing;
  });
});

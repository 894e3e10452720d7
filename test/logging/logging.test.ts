import { type Counter, type Meter, noopMeter } from '../../src/core';
import { createLogging } from '../../src/logging';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

function counting(): { meter: Meter; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const counter = (name: string): Counter =>
    ({
      inc: (value: number) => {
        counts[name] = (counts[name] ?? 0) + value;
      },
    }) as unknown as Counter;
  return { meter: { ...noopMeter, counter: ({ name }) => counter(name) }, counts };
}

describe('createLogging', () => {
  test('constructing opens nothing', () => {
    const out = new MemoryOut();
    const clock = new FakeClock();
    createLogging({ service: 's', out, clock });
    expect(clock.timers).toBe(0);
    expect(out.eventNames()).toEqual([]);
  });

  test('lines before start and after close are written; between, listeners stand', async () => {
    const out = new MemoryOut();
    const logging = createLogging({ service: 's', out, clock: new FakeClock() });
    logging.logger.info('before');
    await settle();
    await logging.start();
    expect(out.eventNames()).toEqual(['error', 'drain']);
    logging.logger.info('within');
    await logging.flush();
    await logging.close();
    logging.logger.info('after');
    await settle();
    await settle();
    expect(out.records.map((r) => r['message'])).toEqual(['before', 'within', 'after']);
    expect(out.eventNames()).toEqual([]);
  });

  test('dropped lines are counted, also those from before there was a meter, and told of in the log', async () => {
    const out = new MemoryOut();
    const { meter, counts } = counting();
    const logging = createLogging({ service: 's', out, clock: new FakeClock(), maxBuffered: 2_000 });
    out.mode = 'hold';
    for (let i = 0; i < 50; i++) logging.logger.info('x'.repeat(100));
    await settle();
    logging.setMeter(meter);
    const dropped = counts['keelson_log_lines_dropped_total'] ?? 0;
    expect(dropped).toBeGreaterThan(30);
    logging.logger.info('x'.repeat(1_000));
    expect(counts['keelson_log_lines_dropped_total']).toBe(dropped + 1);
    out.release();
    await settle();
    logging.logger.info('on');
    await settle();
    const notices = out.records.filter((r) => r['logger'] === 'logging');
    expect(notices[0]).toMatchObject({ level: 'warn', message: 'Log lines were dropped', service: 's' });
    expect(notices.reduce((sum, r) => sum + Number(r['dropped']), 0)).toBe(dropped + 1);
    expect(out.lines.length - notices.length + dropped + 1).toBe(50 + 1 + 1);
  });

  test('the notice is pretty where lines are', async () => {
    const out = new MemoryOut();
    const logging = createLogging({ service: 's', out, clock: new FakeClock(), maxBuffered: 1_024, format: 'pretty' });
    for (let i = 0; i < 50; i++) logging.logger.info('x'.repeat(100));
    await settle();
    expect(out.lines.at(-1)).toMatch(/WARN {2}\[logging\] Log lines were dropped dropped=\d+$/);
  });

  test('close is bounded, idempotent, and stops the timers of levels', async () => {
    const out = new MemoryOut();
    const clock = new FakeClock();
    const logging = createLogging({ service: 's', out, clock });
    await logging.start();
    logging.levels.set('root', 'debug', 60_000);
    out.mode = 'hold';
    logging.logger.info('stuck');
    const closing = logging.close();
    expect(logging.close()).toBe(closing);
    await clock.advance(1_000);
    await closing;
    expect(clock.timers).toBe(0);
    expect(logging.logger.isEnabled('debug')).toBe(false);
  });

  test('levels know the loggers of the service', () => {
    const logging = createLogging({ service: 's', out: new MemoryOut() });
    logging.logger.named('db');
    expect(logging.levels.list().map((l) => l.name)).toEqual(['root', 'access', 'db']);
  });

  test('what is wrong is said when it is made', () => {
    expect(() => createLogging({ service: '' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

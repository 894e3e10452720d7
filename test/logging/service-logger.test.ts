import { type LogFields, type Logger, runInScope, type WorkContext } from '../../src/core';
import { createLogging, type LoggingOptions } from '../../src/logging';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

function make(options: Partial<LoggingOptions> = {}): {
  out: MemoryOut;
  log: Logger;
  levels: ReturnType<typeof createLogging>['levels'];
} {
  const out = new MemoryOut();
  const { logger, levels } = createLogging({ service: 'shop', out, clock: new FakeClock(), ...options });
  return { out, log: logger, levels };
}

describe('the logger', () => {
  test('writes what is enabled, and says what is', async () => {
    const { out, log, levels } = make();
    log.debug('d');
    log.info('i');
    log.warn('w');
    log.error('e');
    levels.set('root', 'error');
    log.info('i2');
    log.warn('w2');
    log.error('e2');
    expect(['debug', 'info', 'warn', 'error'].map((level) => log.isEnabled(level as 'debug'))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    levels.set('root', 'debug');
    log.debug('d3');
    await settle();
    expect(out.records.map((r) => r['message'])).toEqual(['i', 'w', 'e', 'e2', 'd3']);
    expect(out.records.map((r) => r['level'])).toEqual(['info', 'warn', 'error', 'error', 'debug']);
  });

  test('a disabled level looks at nothing', () => {
    const { log } = make();
    const fields = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('touched');
        },
        get: () => {
          throw new Error('touched');
        },
      },
    );
    for (let i = 0; i < 1_000; i++) log.debug('d', fields);
  });

  test('children add fields, the line has the last word', async () => {
    const { out, log } = make();
    const child = log.child({ a: 1, password: 'p' }).child({ b: 2 });
    child.info('one');
    child.info('two', { a: 3, c: 4 });
    log.info('three');
    await settle();
    expect(out.records[0]).toMatchObject({ a: 1, b: 2, password: '******' });
    expect(out.records[1]).toMatchObject({ a: 3, b: 2, c: 4 });
    expect(out.lines[1]?.match(/"a":/g)).toHaveLength(1);
    expect(out.records[2]).not.toHaveProperty('a');
  });

  test('children and names from whatever is given', async () => {
    const { out, log } = make();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const given: unknown[] = [undefined, null, 'text', [1], Buffer.alloc(50_000_000), new Error('no'), proxy];
    for (const one of given) log.child(one as LogFields).info('said');
    await settle();
    expect(out.records).toMatchObject([
      {},
      { value: null },
      { value: 'text' },
      { value: [1] },
      { value: '[Buffer 50000000 bytes]' },
      { err: { message: 'no' } },
      { unloggable: true },
    ]);
    for (const one of given.filter((name) => typeof name !== 'string')) expect(log.named(one as string)).toBe(log);
  });

  test('names are joined, inherit levels, and stand in the line', async () => {
    const { out, log, levels } = make();
    const pool = log.child({ a: 1 }).named('db').named('pool');
    levels.set('db', 'debug');
    pool.debug('open');
    log.debug('not this');
    await settle();
    expect(out.records).toEqual([expect.objectContaining({ logger: 'db.pool', message: 'open', a: 1 })]);
    expect(log.named('root')).toBe(log);
    expect(log.named('')).toBe(log);
    levels.set('db.pool', 'error');
    expect(pool.isEnabled('warn')).toBe(false);
    expect(log.named('db').named('pool').isEnabled('warn')).toBe(false);
  });

  test('names are masked, in lines and in lists of loggers', () => {
    const { out, log, levels } = make();
    log.named('pool').named('amqp://u:hunter22@h').info('open');
    expect(out.text + JSON.stringify(levels.list())).not.toContain('hunter22');
    expect(levels.list().map(({ name }) => name)).toContain('pool.amqp://u:******@h');
  });

  test('lines carry the ids of the work they are written in', async () => {
    const { out, log } = make();
    const work = { requestId: 'r-1', traceId: 't' } as WorkContext;
    const child = log.named('x');
    runInScope({ work, trace: { traceId: 'aa', spanId: 'bb' }, telemetry: undefined }, () => child.info('in'));
    log.info('out');
    await settle();
    expect(out.records[0]).toMatchObject({ traceId: 'aa', spanId: 'bb', requestId: 'r-1' });
    expect(out.records[1]).not.toHaveProperty('traceId');
  });
});

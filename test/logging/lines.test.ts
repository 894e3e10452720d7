import { createLogging, type Logging, type LoggingOptions } from '../../src/logging';
import { createVoice } from '../../src/logging/lines';
import { LevelNode } from '../../src/logging/levels';
import { FakeClock } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

type Loose = (message?: unknown, fields?: unknown) => void;

function make(options: Partial<LoggingOptions> = {}): { out: MemoryOut; logging: Logging; info: Loose } {
  const out = new MemoryOut();
  const logging = createLogging({
    service: 'shop',
    version: '1.2.3',
    instance: 'i-1',
    out,
    clock: new FakeClock(0),
    ...options,
  });
  return { out, logging, info: logging.logger.info.bind(logging.logger) as Loose };
}

describe('a line', () => {
  test('has its members in a fixed order', () => {
    const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), requestId: 'r' };
    const { out, logging } = make({ correlate: () => ids });
    logging.logger.named('db').info('hello', { x: 1 });
    logging.flushNow();
    expect(out.text).toBe(
      `{"timestamp":"1970-01-01T00:00:00.000Z","level":"info","logger":"db","message":"hello","service":"shop","version":"1.2.3","instance":"i-1",` +
        `"traceId":"${ids.traceId}","spanId":"${ids.spanId}","requestId":"r","x":1}\n`,
    );
  });

  test('cannot be forged, neither by text nor by keys', () => {
    const hostile = '\n{"level":"error"}\r\u001b[2J\u2028\u2029"\\\u0000\u009b';
    const { out, logging } = make({ correlate: () => ({ requestId: hostile, traceId: hostile }) });
    logging.logger
      .named(hostile)
      .info(hostile, { [hostile]: hostile, level: 'error', message: 'forged', nested: { [hostile]: [hostile] } });
    logging.flushNow();
    expect(out.text.split(/[\n\r\u2028\u2029]/)).toHaveLength(2);
    expect(out.text.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(out.records[0]).toMatchObject({
      level: 'info',
      message: hostile,
      logger: hostile,
      'field.level': 'error',
      'field.message': 'forged',
    });
  });

  test('keeps secrets out of message, fields, errors and children', () => {
    const { out, logging } = make();
    const err = Object.assign(new Error('at amqp://u:plant1@h'), {
      config: { headers: { Authorization: 'Bearer plant2' } },
    });
    const log = logging.logger.child({ apiKey: 'plant3', url: 'http://u:plant4@h' });
    log.error('token=plant5', {
      err,
      list: [{ cookie: 'plant6' }],
      map: new Map([['secret', 'plant7']]),
      headers: [['x-api-key', 'plant8']],
    });
    logging.flushNow();
    expect(out.text).not.toContain('plant');
    expect(out.text.match(/\*{6}/g)?.length).toBeGreaterThanOrEqual(8);
  });

  test('errors survive wherever they stand', () => {
    const { out, logging, info } = make();
    const cause = new Error('deep');
    const err = new AggregateError([new Error('one')], 'all', { cause });
    info('a', { err });
    info('b', { nested: { problem: err } });
    info(err);
    info(err, { err: 1 });
    info('e', err);
    logging.flushNow();
    const full = {
      message: 'all',
      stack: expect.stringContaining('all'),
      cause: { message: 'deep' },
      errors: [{ message: 'one' }],
    };
    expect(out.records[0]).toMatchObject({ message: 'a', err: full });
    expect(out.records[1]).toMatchObject({ nested: { problem: full } });
    expect(out.records[2]).toMatchObject({ message: 'all', err: full });
    expect(out.records[3]).toMatchObject({ message: 'all', err: 1, error: full });
    expect(out.records[4]).toMatchObject({ message: 'e', err: full });
  });

  test('odd arguments make a line too', () => {
    const { out, logging, info } = make();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    info({ a: 1 });
    info(undefined);
    info(5n, 'text');
    info('list', [1]);
    info('null', null);
    info('bytes', Buffer.alloc(50_000_000));
    info('revoked', proxy);
    info(proxy);
    info('getter', {
      get a(): never {
        throw new Error('no');
      },
    });
    info(
      new (class extends Error {
        override get message(): string {
          return 7 as unknown as string;
        }
      })(),
    );
    logging.flushNow();
    expect(out.records.map((r) => r['message'])).toEqual([
      '{"a":1}',
      'undefined',
      '5',
      'list',
      'null',
      'bytes',
      'revoked',
      '',
      'getter',
      'error',
    ]);
    expect(out.records[2]).toHaveProperty('value', 'text');
    expect(out.records[3]).toHaveProperty('value', [1]);
    expect(out.records[5]).toHaveProperty('value', '[Buffer 50000000 bytes]');
    expect(out.records[6]).toHaveProperty('unloggable', true);
    expect(out.records[8]).toHaveProperty('a', '[Threw]');
  });

  test('cycles, BigInt and ten megabytes neither throw nor fill the log', () => {
    const { out, logging } = make();
    const huge: Record<string, unknown> = {
      text: 'x'.repeat(10_000_000),
      big: 10n,
      list: Array.from({ length: 100_000 }, (_, i) => ({ i })),
    };
    huge['self'] = huge;
    logging.logger.info('m'.repeat(10_000_000), { huge, ...huge });
    logging.flushNow();
    expect(out.text.length).toBeLessThan(250_000);
    expect(out.records[0]).toMatchObject({ big: '10' });
  });

  test('a correlate or redactor that throws costs the fields, not the line', () => {
    const { out, logging } = make({
      correlate: () => {
        throw new Error('no');
      },
    });
    logging.logger.info('still\nhere', { a: 1 });
    logging.flushNow();
    expect(out.records).toEqual([
      { timestamp: expect.any(String), level: 'info', message: 'still\nhere', unloggable: true },
    ]);
  });

  test('the line that stands for one that failed is masked, or empty if masking fails', () => {
    const correlate = (): never => {
      throw new Error('no');
    };
    const usual = make({ correlate });
    usual.info('connect amqp://u:hunter22@h');
    usual.logging.flushNow();
    expect(usual.out.records[0]).toMatchObject({ message: 'connect amqp://u:******@h', unloggable: true });
    const redact = { isSecretKey: () => false, text: correlate, value: correlate };
    const broken = make({ redact });
    broken.info('connect amqp://u:hunter22@h');
    broken.logging.flushNow();
    expect(broken.out.records[0]).toMatchObject({ message: '', unloggable: true });
  });

  test('an object with a toJSON says by it what is seen of it, a buffer nothing', () => {
    const { out, logging, info } = make();
    info('sealed', { inner: 'hidden', toJSON: () => ({ seen: 1 }) });
    info('bytes', Buffer.from('hidden'));
    info('date', new Date(0));
    logging.flushNow();
    expect(out.text).not.toContain('hidden');
    expect(out.records[0]).toHaveProperty('seen', 1);
    expect(out.records[1]).toHaveProperty('value', '[Buffer 6 bytes]');
    expect(out.records[2]).toHaveProperty('value', '1970-01-01T00:00:00.000Z');
  });

  test('flat lists of headers are masked by their names', () => {
    const { out, logging, info } = make();
    info('a request', {
      rawHeaders: ['Host', 'x', 'X-Api-Key', 'hidden'],
      headers: ['accept', '*/*', 'cookie', 'hidden'],
    });
    logging.flushNow();
    expect(out.text).not.toContain('hidden');
    expect(out.records[0]).toHaveProperty('rawHeaders', [
      ['Host', 'x'],
      ['X-Api-Key', '******'],
    ]);
  });

  test('pretty is for people', () => {
    const { out, logging } = make({ format: 'pretty' });
    logging.logger.child({ a: 1 }).warn('stock is low', { sku: 'x', password: 'p' });
    logging.flushNow();
    expect(out.text).toMatch(/^\d\d:\d\d:00\.000 WARN {2}stock is low a=1 sku=x password=\*{6}\n$/);
  });

  test('a voice holds what repeats', () => {
    expect(createVoice(new LevelNode('db', 'info'), 'db').prefixes[3]).toBe(
      '","level":"error","logger":"db","message":',
    );
    expect(createVoice(new LevelNode('root', 'info'), undefined).prefixes[0]).toBe('","level":"debug","message":');
  });
});

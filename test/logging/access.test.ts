import Transport from 'winston-transport';
import { type AccessLine, createLogging, type LoggingOptions } from '../../src/logging';
import { createRedactor } from '../../src/core';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

const line: AccessLine = {
  method: 'GET',
  path: '/orders/7',
  route: '/orders/:id',
  status: 200,
  durationMs: 3.14159,
  bytes: 42,
  requestId: 'r-1',
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
};

function make(options: Partial<LoggingOptions> = {}): { out: MemoryOut; logging: ReturnType<typeof createLogging> } {
  const out = new MemoryOut();
  return { out, logging: createLogging({ service: 'shop', out, clock: new FakeClock(0), ...options }) };
}

describe('access lines', () => {
  test('one fixed shape', () => {
    const { out, logging } = make();
    logging.access(line);
    logging.access({ ...line, route: undefined, status: 404, aborted: true, userAgent: 'curl/8 "x"', client: '::1' });
    logging.flushNow();
    expect(out.lines[0]).toBe(
      '{"timestamp":"1970-01-01T00:00:00.000Z","level":"info","logger":"access","message":"GET /orders/7 200","service":"shop",' +
        `"traceId":"${line.traceId}","spanId":"${line.spanId}","requestId":"r-1","method":"GET","path":"/orders/7","route":"/orders/:id",` +
        '"status":200,"durationMs":3.142,"bytes":42}',
    );
    expect(out.records[1]).toMatchObject({ status: 404, aborted: true, userAgent: 'curl/8 "x"', client: '::1' });
    expect(out.records[1]).not.toHaveProperty('route');
  });

  test.each(['json', 'pretty'] as const)(
    'a secret on the border of what is kept shows no part of itself (%s)',
    (format) => {
      const redact = createRedactor({ secrets: () => ['hunter22-hunter33'] });
      const { out, logging } = make({ redact, format });
      logging.access({
        ...line,
        path: `/${'x'.repeat(2_040)}hunter22-hunter33`,
        userAgent: `${'y'.repeat(250)}hunter22-hunter33`,
      });
      logging.flushNow();
      expect(out.text).toContain('xxx******');
      expect(out.text).not.toContain('hunter');
    },
  );

  test('hostile requests make one line each, masked and bounded', () => {
    const { out, logging } = make();
    const hostile = '/x\n{"level":"error"}\r\u2028\u001b[2J"\\';
    logging.access({
      ...line,
      method: hostile,
      path: `${hostile}?token=plant&a=1`,
      route: hostile,
      userAgent: `${hostile} Bearer plant2`,
      client: hostile,
      requestId: hostile,
    });
    logging.access({ ...line, path: `/${'x'.repeat(100_000)}`, userAgent: 'y'.repeat(100_000) });
    logging.flushNow();
    expect(out.text.split(/[\n\r\u2028]/)).toHaveLength(3);
    expect(out.text).not.toContain('plant');
    expect(out.text.length).toBeLessThan(8_000);
    expect(out.records[0]).toMatchObject({ level: 'info', method: hostile, route: hostile, requestId: hostile });
  });

  test('failures are warnings; the logger "access" can be set apart', () => {
    const { out, logging } = make();
    logging.levels.set('access', 'warn');
    logging.access(line);
    logging.access({ ...line, status: 503 });
    logging.levels.set('access', 'error');
    logging.access({ ...line, status: 500 });
    logging.flushNow();
    expect(out.records.map((r) => [r['level'], r['status']])).toEqual([['warn', 503]]);
  });

  test('a sample keeps the same traces everywhere, and all failures', () => {
    const { out, logging } = make({ accessSample: 0.25 });
    for (let i = 0; i < 16; i++) logging.access({ ...line, traceId: `${'0'.repeat(25)}${i.toString(16)}000000` });
    logging.access({ ...line, traceId: 'f'.repeat(32), status: 500 });
    logging.access({ ...line, traceId: 'not hex' });
    logging.flushNow();
    expect(out.records.map((r) => r['status'])).toEqual([200, 200, 200, 200, 500, 200]);
    const none = make({ accessSample: 0 });
    none.logging.access({ ...line, traceId: '0'.repeat(32) });
    none.logging.flushNow();
    expect(none.out.text).toBe('');
  });

  test('pretty lines and transports get the same request', async () => {
    const infos: Record<string, unknown>[] = [];
    class Keep extends Transport {
      override log(info: Record<string, unknown>, next: () => void): void {
        infos.push(info);
        next();
      }
    }
    const { out, logging } = make({ format: 'pretty', transports: [new Keep()] });
    await logging.start();
    logging.access({ ...line, aborted: true, userAgent: 'curl' });
    await settle();
    expect(out.text).toMatch(
      /INFO {2}\[access\] GET \/orders\/7 200 .*durationMs=3\.142 .*aborted=true userAgent=curl\n$/,
    );
    expect(infos[0]).toMatchObject({
      logger: 'access',
      route: '/orders/:id',
      durationMs: 3.142,
      requestId: 'r-1',
      traceId: line.traceId,
    });
    await logging.close();
  });

  test('a line that lacks its text harms nobody', () => {
    const { out, logging } = make();
    logging.access({ ...line, path: undefined as unknown as string });
    logging.flushNow();
    expect(out.records).toEqual([expect.objectContaining({ message: 'request' })]);
  });
});

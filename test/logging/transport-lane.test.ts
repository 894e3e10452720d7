import { format, transports } from 'winston';
import Transport from 'winston-transport';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counter, type Meter, noopMeter } from '../../src/core';
import { createLogging, type Logging, type LoggingOptions, type WinstonTransport } from '../../src/logging';
import { FakeClock, settle } from '../support/fake-clock';
import { MemoryOut } from './support/memory-out';

type Info = Record<string | symbol, unknown>;
type Log = (info: Info, next: () => void) => unknown;

class Own extends Transport {
  readonly infos: Info[] = [];
  readonly #log: Log;

  constructor(log: Log, options: ConstructorParameters<typeof Transport>[0] = {}) {
    super(options);
    this.#log = log;
  }

  override log(info: Info, next: () => void): unknown {
    this.infos.push(info);
    return this.#log(info, next);
  }
}

const taking: Log = (_info, next) => next();

async function started(
  list: WinstonTransport[],
  options: Partial<LoggingOptions> = {},
): Promise<{ out: MemoryOut; logging: Logging; clock: FakeClock; lost: () => number }> {
  const out = new MemoryOut();
  const clock = new FakeClock();
  let lost = 0;
  const counter = {
    inc: (value: number) => {
      lost += value;
    },
  } as unknown as Counter;
  const meter: Meter = {
    ...noopMeter,
    counter: ({ name }) =>
      name === 'keelson_log_transport_lines_lost_total' ? counter : noopMeter.counter({ name, help: '' }),
  };
  const logging = createLogging({ service: 'shop', out, clock, transports: list, meter, ...options });
  await logging.start();
  return { out, logging, clock, lost: () => lost };
}

const lostOf = (out: MemoryOut): unknown[] =>
  out.records.filter((r) => r['logger'] === 'logging').map((r) => [r['transport'], (r['err'] as Info)['message']]);

describe('winston transports', () => {
  test('get the masked record, its level and the line', async () => {
    const own = new Own(taking);
    const { out, logging } = await started([own]);
    logging.logger.named('db').info('hello', { a: 1, password: 'p', level: 'x', err: new Error('boom') });
    await settle();
    const info = own.infos[0] as Info;
    expect(info).toMatchObject({
      level: 'info',
      message: 'hello',
      logger: 'db',
      service: 'shop',
      a: 1,
      password: '******',
      'field.level': 'x',
      err: { message: 'boom' },
    });
    expect(info[Symbol.for('level')]).toBe('info');
    expect(`${String(info[Symbol.for('message')])}\n`).toBe(out.text);
    await logging.close();
  });

  test('a level of their own is respected, both ways; the others do as stdout does', async () => {
    const [plain, loud, quiet, odd] = [
      new Own(taking),
      new Own(taking, { level: 'silly' }),
      new Own(taking, { level: 'error' }),
      new Own(taking, { level: 'verbose' }),
    ];
    const { out, logging } = await started([plain, loud, quiet, odd], { level: 'warn' });
    const names = (own: Own): unknown[] => own.infos.map((info) => info['message']);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logging.logger[level](level);
    await settle();
    expect(names(plain)).toEqual(['warn', 'error']);
    expect(names(loud)).toEqual(['debug', 'info', 'warn', 'error']);
    expect(names(quiet)).toEqual(['error']);
    expect(names(odd)).toEqual(['info', 'warn', 'error']);
    expect(out.records.map((r) => r['message'])).toEqual(['warn', 'error']);
    expect(logging.logger.isEnabled('debug')).toBe(true);
    logging.levels.set('root', 'debug');
    logging.logger.debug('now');
    await settle();
    expect(names(plain).at(-1)).toBe('now');
    await logging.close();
  });

  test('what was logged before start is kept for them', async () => {
    const own = new Own(taking);
    const logging = createLogging({ service: 's', out: new MemoryOut(), transports: [own] });
    for (let i = 0; i < 1_500; i++) logging.logger.info(String(i));
    await logging.start();
    await logging.start();
    await settle();
    expect(own.infos).toHaveLength(1_000);
    await logging.close();
  });

  test('one that changes what it gets changes it for itself only', async () => {
    const first = new Own((info, next) => {
      info['message'] = 'changed';
      next();
    });
    const second = new Own(taking, { format: format.printf((info) => `>${String(info.message)}`) });
    const { logging } = await started([first, second]);
    logging.logger.info('kept');
    await settle();
    expect(second.infos[0]?.[Symbol.for('message')]).toBe('>kept');
    await logging.close();
  });

  test('one that throws, rejects or emits an error is counted and told of once, and goes on', async () => {
    let calls = 0;
    const throws = new Own((_info, next) => {
      if (++calls < 3) throw new Error('thrown');
      next();
    });
    const rejects = new Own(async () => {
      throw new Error('rejected');
    });
    const emits = new Own((_info, next) => {
      emits.emit('error', new Error('emitted'));
      next();
    });
    const twice = new Own((_info, next) => {
      next();
      next();
      throw new Error('late');
    });
    const badFormat = new Own(taking, {
      format: format(() => {
        throw new Error('format');
      })(),
    });
    const fine = new Own(taking);
    const { out, logging, lost } = await started([throws, rejects, emits, twice, badFormat, fine]);
    for (let i = 0; i < 5; i++) logging.logger.info(String(i));
    await settle();
    expect(throws.infos).toHaveLength(5);
    expect(rejects.infos).toHaveLength(5);
    expect(fine.infos).toHaveLength(5);
    expect(lostOf(out)).toHaveLength(5);
    expect(lostOf(out)).toEqual(
      expect.arrayContaining([
        ['Own', 'thrown'],
        ['Own', 'rejected'],
        ['Own', 'emitted'],
        ['Own', 'late'],
        ['Own', 'format'],
      ]),
    );
    expect(out.records.filter((r) => r['logger'] !== 'logging')).toHaveLength(5);
    expect(lost()).toBeGreaterThanOrEqual(5 + 2 + 5 + 5);
    await logging.close();
  });

  test('one that hangs holds up neither stdout nor its neighbours, and keeps a bounded queue', async () => {
    const hangs = new Own(() => undefined);
    const fine = new Own(taking);
    const { out, logging, clock, lost } = await started([hangs, fine], { maxBuffered: 100_000_000 });
    for (let i = 0; i < 5_000; i++) {
      logging.logger.info(String(i));
      if (i % 100 === 0) await settle();
    }
    await settle();
    expect(out.records).toHaveLength(5_000);
    expect(fine.infos).toHaveLength(5_000);
    expect(hangs.infos).toHaveLength(1);
    expect(lost()).toBeGreaterThan(3_900);
    let closed = false;
    const closing = logging.close().then(() => {
      closed = true;
    });
    await clock.advance(999);
    expect(closed).toBe(false);
    await clock.advance(1);
    await closing;
    logging.logger.info('after close');
  });

  test('a file has everything after close, and log is its own again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-lane-'));
    const file = new transports.File({ filename: join(folder, 'a.log') });
    const own = new Own(taking);
    const inline = new Transport({ log: (_info, next) => next() });
    const before = inline.log;
    const { logging } = await started([file, own, inline], { clock: undefined as never });
    expect(Object.hasOwn(own, 'log')).toBe(true);
    for (let i = 0; i < 500; i++) logging.logger.info(`line ${i}`);
    await logging.close(5_000);
    await logging.close();
    expect(readFileSync(join(folder, 'a.log'), 'utf8').trim().split('\n')).toHaveLength(500);
    expect(Object.hasOwn(own, 'log')).toBe(false);
    expect(inline.log).toBe(before);
    rmSync(folder, { recursive: true, force: true });
  });

  test('a transport cannot take the handling of uncaught exceptions with it', async () => {
    const before = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    const own = new Own(taking, { handleExceptions: true, handleRejections: true });
    const { logging } = await started([own]);
    expect(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')).toBe(before);
    logging.logger.info('x');
    await logging.close();
  });

  test('closing what was never started ends the transports too', async () => {
    const own = new Own(taking);
    const logging = createLogging({ service: 's', out: new MemoryOut(), transports: [own] });
    let finished = false;
    own.on('finish', () => {
      finished = true;
    });
    logging.logger.info('early');
    await logging.close();
    expect(own.infos).toHaveLength(1);
    expect(finished).toBe(true);
  });
});

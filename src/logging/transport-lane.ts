import { type Logger as WinstonLogger, type transport as WinstonTransport } from 'winston';
import { levelWeight } from './levels';
import { type LineRecord } from './fields';

/** What lanes tell their owner. */
export interface LaneEvents {
  /** Lines that a transport did not get or could not take. */
  lost(lines: number): void;
  /** The first trouble of a transport; later ones are only counted. */
  trouble(transport: string, error: unknown): void;
}

/** Records that may wait for one transport. */
const maxWaiting = 1_000;
const levelSymbol = Symbol.for('level');
const messageSymbol = Symbol.for('message');

/** winston's own levels, so that a transport may name any of them. */
const winstonLevels: Readonly<Record<string, number>> = Object.freeze({
  ...{ error: 0, warn: 1, info: 2, http: 3, verbose: 4, debug: 5, silly: 6 },
});
/** The least weight of our levels that each of winston's lets through. */
const weightOf: ReadonlyMap<string, number> = new Map([
  ['error', levelWeight.error],
  ['warn', levelWeight.warn],
  ['info', levelWeight.info],
  ['http', levelWeight.info],
  ['verbose', levelWeight.info],
  ['debug', levelWeight.debug],
  ['silly', levelWeight.debug],
]);

/**
 * The way to one winston transport: a winston logger that has only this one. winston pipes all transports of a logger behind one stream, where a slow
 * one stops the rest; here a transport that hangs, throws or fails loses its own lines and nothing else.
 */
class TransportLane {
  /** Weight of the transport's own level; undefined: it takes what stdout takes. */
  readonly weight: number | undefined;
  readonly #transport: WinstonTransport;
  readonly #events: LaneEvents;
  #early: object[] | undefined = [];
  #logger: WinstonLogger | undefined;
  #told = false;
  #closed = false;
  #restore = (): void => undefined;

  constructor(transport: WinstonTransport, events: LaneEvents) {
    this.#transport = transport;
    this.#events = events;
    this.weight = transport.level === undefined ? undefined : weightOf.get(transport.level);
  }

  async open(): Promise<void> {
    if (this.#early === undefined || this.#closed) return;
    // Loaded only by services that have transports: winston takes 30 ms to load.
    const { createLogger, format } = await import('winston');
    const early = this.#early;
    this.#early = undefined;
    this.#guard();
    const logger = createLogger({
      levels: winstonLevels,
      level: 'silly',
      format: format((info) => info)(),
      transports: [this.#transport],
      exitOnError: false,
    });
    // A transport may ask winston to catch what nobody caught; ending the process is the service's business.
    logger.exceptions.unhandle();
    logger.rejections.unhandle();
    logger.on('error', (error: unknown) => this.#fail(error));
    this.#logger = logger;
    for (const info of early) this.write(info);
  }

  write(info: object): void {
    if (this.#closed) return;
    const waiting = this.#waiting();
    if (waiting >= maxWaiting) return this.#events.lost(1);
    if (this.#logger === undefined) return void this.#early?.push(info);
    try {
      this.#logger.write(info);
    } catch (error) {
      // The transport's format threw; its stream is not hurt by that.
      this.#fail(error);
    }
  }

  /** Ends the transport; resolves when it has written everything. The caller has the limit. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.open();
    this.#closed = true;
    const logger = this.#logger;
    if (logger === undefined) return;
    await new Promise<void>((resolve) => {
      logger.once('finish', resolve);
      logger.end();
    });
    this.#restore();
  }

  #waiting(): number {
    if (this.#early !== undefined) return this.#early.length;
    const logger = this.#logger;
    return logger === undefined ? 0 : logger.writableLength + logger.readableLength + this.#transport.writableLength;
  }

  #fail(error: unknown): void {
    this.#events.lost(1);
    if (this.#told) return;
    this.#told = true;
    this.#events.trouble(this.#transport.constructor.name, error);
  }

  /** A `log` that throws or rejects would leave the transport's stream waiting for its callback for ever, or end the process. */
  #guard(): void {
    const transport = this.#transport;
    const own = Object.getOwnPropertyDescriptor(transport, 'log');
    const log: unknown = Reflect.get(transport, 'log');
    if (typeof log !== 'function' || log.length > 2) return;
    transport.log = (info: unknown, next: () => void): void => {
      let done = false;
      const once = (): void => {
        if (!done) next();
        done = true;
      };
      const failed = (error: unknown): void => {
        this.#fail(error);
        once();
      };
      try {
        const result: unknown = Reflect.apply(log, transport, [info, once]);
        if (isThenable(result)) Promise.resolve(result).catch(failed);
      } catch (error) {
        failed(error);
      }
    };
    this.#restore = () => {
      if (own === undefined) delete transport.log;
      else Object.defineProperty(transport, 'log', own);
    };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** All transports beside stdout. */
export class Lanes {
  /** The least weight that some transport asks for by a level of its own: lines from there on are made even if stdout does not take them. */
  readonly floor: number;
  readonly empty: boolean;
  readonly #lanes: readonly TransportLane[];

  constructor(transports: readonly WinstonTransport[], events: LaneEvents) {
    this.#lanes = transports.map((transport) => new TransportLane(transport, events));
    this.empty = this.#lanes.length === 0;
    this.floor = Math.min(...this.#lanes.map((lane) => lane.weight ?? Number.POSITIVE_INFINITY));
  }

  async open(): Promise<void> {
    for (const lane of this.#lanes) await lane.open();
  }

  /** @param asStdout whether stdout takes the line: transports without a level of their own do as it does */
  write(record: LineRecord, json: string, weight: number, asStdout: boolean): void {
    for (const lane of this.#lanes) {
      if (lane.weight === undefined ? !asStdout : weight < lane.weight) continue;
      // Each gets its own copy: transports and their formats change what they are given.
      lane.write({ ...record, [levelSymbol]: record.level, [messageSymbol]: json });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }
}

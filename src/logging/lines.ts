import { type LogFields, type LogLevel } from '../core';
import { quote, quoted } from './escape';
import { type BoundFields, Fields, type LineRecord } from './fields';
import { levelWeight, type LevelNode } from './levels';
import { type Correlation, type ResolvedOptions } from './options';
import { prettyLine } from './pretty';
import { type Sink } from './sink';
import { isoTimestamps } from './timestamp';
import { type Lanes } from './transport-lane';

/** Who speaks: shared by a logger and its children, so that what repeats on each line is made once. */
export interface Voice {
  readonly node: LevelNode;
  /** Absent for the root. */
  readonly name: string | undefined;
  /** What stands between timestamp and message, by weight of the level. */
  readonly prefixes: readonly string[];
}

const levels: readonly LogLevel[] = Object.freeze(['debug', 'info', 'warn', 'error'] as const);

/** Makes the voice of a logger name. */
export function createVoice(node: LevelNode, name: string | undefined): Voice {
  const logger = name === undefined ? '' : `,"logger":${quote(name)}`;
  return { node, name, prefixes: levels.map((level) => `","level":"${level}"${logger},"message":`) };
}

/**
 * Makes the lines and hands them on.
 *
 * winston formats with two streams and a copy of the record in front of stdout (6 microseconds a line, and a slow transport stalls the rest). So lines
 * for stdout are put together here and go straight to the sink; what winston adds, its transports, gets each record through a winston logger of its own.
 */
export class Lines {
  readonly fields: Fields;
  readonly sink: Sink;
  readonly lanes: Lanes;
  readonly #options: ResolvedOptions;
  readonly #timestamp: () => string;
  readonly #service: string;

  constructor(options: ResolvedOptions, sink: Sink, lanes: Lanes) {
    this.fields = new Fields(options.redact);
    this.sink = sink;
    this.lanes = lanes;
    this.#options = options;
    this.#timestamp = isoTimestamps(options.clock);
    const { service, version, instance } = options;
    this.#service =
      `,"service":${quote(service)}` +
      (version === undefined ? '' : `,"version":${quote(version)}`) +
      (instance === undefined ? '' : `,"instance":${quote(instance)}`);
  }

  /** Never throws: a line that cannot be made is replaced by one that says so. */
  write(voice: Voice, level: LogLevel, message: unknown, fields: unknown, bound: BoundFields | undefined): void {
    try {
      const plain = typeof message === 'string' && (fields === undefined || isFields(fields));
      if (plain) this.#write(voice, level, message, fields, bound);
      else this.#write(voice, level, ...this.#asIntended(message, fields), bound);
    } catch {
      const text = quote(this.#maskedOrNothing(message));
      this.sink.write(
        `{"timestamp":"${this.#timestamp()}${voice.prefixes[levelWeight[level]]}${text},"unloggable":true}\n`,
      );
    }
  }

  /** What a child logger adds to each of its lines. Never throws either. */
  bind(parent: BoundFields | undefined, fields: unknown): BoundFields {
    try {
      return this.fields.bind(parent, isFields(fields) ? fields : this.#asIntended('', fields)[1]);
    } catch {
      return this.fields.bind(parent, { unloggable: true });
    }
  }

  /** A line that only stdout gets: of the log about itself. */
  own(voice: Voice, level: LogLevel, message: string, fields: LogFields): string {
    return this.#options.format === 'json'
      ? `${this.#json(voice, level, message, fields, undefined, undefined)}\n`
      : prettyLine(this.#record(voice, level, message, fields, undefined, undefined), this.#options.colors);
  }

  /** The members of every line before its fields, up to the message's value. */
  head(voice: Voice, level: LogLevel): string {
    return `{"timestamp":"${this.#timestamp()}${voice.prefixes[levelWeight[level]]}`;
  }

  /** The members that say which service and which work: they follow the message. */
  tail(ids: Correlation | undefined): string {
    let out = this.#service;
    if (ids === undefined) return out;
    if (ids.traceId !== undefined) out += `,"traceId":"${quoted(ids.traceId)}"`;
    if (ids.spanId !== undefined) out += `,"spanId":"${quoted(ids.spanId)}"`;
    if (ids.requestId !== undefined) out += `,"requestId":"${quoted(ids.requestId)}"`;
    return out;
  }

  /** Hands a line on to stdout and to the transports that want it. */
  emit(
    voice: Voice,
    level: LogLevel,
    message: string,
    fields: LogFields | undefined,
    ids: Correlation | undefined,
    bound?: BoundFields,
  ): void {
    const weight = levelWeight[level];
    const toOut = weight >= voice.node.threshold;
    const pretty = this.#options.format === 'pretty';
    if (this.lanes.empty) {
      if (!toOut) return;
      if (!pretty) return this.sink.write(`${this.#json(voice, level, message, fields, ids, bound)}\n`);
      return this.sink.write(prettyLine(this.#record(voice, level, message, fields, ids, bound), this.#options.colors));
    }
    const json = this.#json(voice, level, message, fields, ids, bound);
    const record = this.#record(voice, level, message, fields, ids, bound);
    if (toOut) this.sink.write(pretty ? prettyLine(record, this.#options.colors) : `${json}\n`);
    this.lanes.write(record, json, weight, toOut);
  }

  #write(
    voice: Voice,
    level: LogLevel,
    message: string,
    fields: LogFields | undefined,
    bound: BoundFields | undefined,
  ): void {
    this.emit(voice, level, message, fields, this.#options.correlate(), bound);
  }

  #json(
    voice: Voice,
    level: LogLevel,
    message: string,
    fields: LogFields | undefined,
    ids: Correlation | undefined,
    bound: BoundFields | undefined,
  ): string {
    const before = this.head(voice, level) + quote(this.fields.text(message)) + this.tail(ids);
    const inherited = bound === undefined ? '' : this.fields.boundJson(bound, fields);
    return `${before}${inherited}${fields === undefined ? '' : this.fields.json(fields, inherited.length)}}`;
  }

  #record(
    voice: Voice,
    level: LogLevel,
    message: string,
    fields: LogFields | undefined,
    ids: Correlation | undefined,
    bound: BoundFields | undefined,
  ): LineRecord {
    const { service, version, instance } = this.#options;
    const record: LineRecord = {
      timestamp: this.#timestamp(),
      level,
      logger: voice.name,
      message: this.fields.text(message),
      service,
      version,
      instance,
      traceId: ids?.traceId,
      spanId: ids?.spanId,
      requestId: ids?.requestId,
      ...bound?.record,
      ...(fields === undefined ? undefined : this.fields.record(fields)),
    };
    for (const key of Object.keys(record)) if (record[key] === undefined) delete record[key];
    return record;
  }

  /** An object with a toJSON says by it what is to be seen of it. */
  #asFields(given: unknown): LogFields {
    if (isError(given)) return { err: given };
    const plain = this.#options.redact.value(given);
    return typeof given === 'object' && isFields(plain) ? plain : { value: plain };
  }

  /** For a line that could not be made: perhaps because masking fails, and then the message must not be shown either. */
  #maskedOrNothing(message: unknown): string {
    try {
      return typeof message === 'string' ? this.fields.text(message) : '';
    } catch {
      return '';
    }
  }

  /** What somebody meant who gave an error as the message, or something else than an object as the fields. */
  #asIntended(message: unknown, fields: unknown): [string, LogFields] {
    const given = fields === undefined ? {} : isFields(fields) ? fields : this.#asFields(fields);
    if (typeof message === 'string') return [message, given];
    if (isError(message)) {
      const text: unknown = message.message;
      return [
        typeof text === 'string' ? text : 'error',
        { [Object.hasOwn(given, 'err') ? 'error' : 'err']: message, ...given },
      ];
    }
    const plain = this.#options.redact.value(message);
    return [typeof plain === 'string' ? plain : (JSON.stringify(plain) ?? 'undefined'), given];
  }
}

/** Bytes are no fields: they have as many names as there are of them. */
function isFields(value: unknown): value is LogFields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (ArrayBuffer.isView(value) || isError(value)) return false;
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

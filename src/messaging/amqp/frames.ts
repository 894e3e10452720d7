import { type Options } from 'amqplib';

// The frames of basic.publish and basic.ack as texts of bytes (latin1): concatenating texts and writing them once is several times faster than writing each field into a
// buffer. The layout is that of AMQP 0-9-1 with RabbitMQ's types of table fields.

const end = '\xce';
const mostTable = 65_000;

/** The method frame. Mandatory: what no queue takes comes back. */
export function methodFrame(channel: number, exchange: string, routingKey: string, mandatory: boolean): string {
  const payload = `\0\x3c\0\x28\0\0${short(exchange)}${short(routingKey)}${mandatory ? '\x01' : '\0'}`;
  return frame(1, channel, payload);
}

/** The frame that acks a delivery, or with `upTo` all up to it. */
export function ackFrame(channel: number, tag: number, upTo: boolean): string {
  return frame(1, channel, `\0\x3c\0\x50${u64(tag)}${upTo ? '\x01' : '\0'}`);
}

/**
 * The frame of the properties.
 *
 * @throws RangeError if the headers are too long for a frame
 */
export function headerFrame(channel: number, size: number, properties: Options.Publish): string {
  const body = `${u32(Math.floor(size / 2 ** 32))}${u32(size % 2 ** 32)}`;
  return frame(2, channel, `\0\x3c\0\0${body}${fields(properties)}`);
}

/** What comes before the bytes of a body frame; {@link frameEnd} comes after. */
export function bodyFrameStart(channel: number, size: number): string {
  return `\x03${u16(channel)}${u32(size)}`;
}

/** Ends each frame. */
export const frameEnd = end;

function frame(type: number, channel: number, payload: string): string {
  return `${String.fromCharCode(type)}${u16(channel)}${u32(payload.length)}${payload}${end}`;
}

/** Each property has a flag, and those that are there follow in the order of their flags. */
function fields(properties: Options.Publish): string {
  const { contentType, contentEncoding, priority, correlationId, replyTo, expiration, messageId } = properties;
  let flags = 0x1000;
  let text = '';
  const add = (flag: number, value: string | undefined): void => {
    if (value === undefined) return;
    flags |= flag;
    text += short(value);
  };
  add(0x8000, contentType);
  add(0x4000, contentEncoding);
  if (properties.headers !== undefined) {
    flags |= 0x2000;
    text += headerTable(properties.headers as Readonly<Record<string, unknown>>);
  }
  text += properties.persistent === true ? '\x02' : '\x01';
  if (priority !== undefined) {
    flags |= 0x0800;
    text += String.fromCharCode(priority & 0xff);
  }
  add(0x0400, correlationId);
  add(0x0200, replyTo);
  add(0x0100, expiration === undefined ? undefined : String(expiration));
  add(0x0080, messageId);
  if (properties.timestamp !== undefined) {
    flags |= 0x0040;
    text += u64(properties.timestamp);
  }
  add(0x0020, properties.type);
  add(0x0008, properties.appId);
  return `${u16(flags)}${text}`;
}

function headerTable(headers: Readonly<Record<string, unknown>>): string {
  const text = table(headers);
  if (text.length > mostTable) throw new RangeError(`The headers take ${text.length} bytes, more than ${mostTable}`);
  return text;
}

function table(values: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(values)) {
    const value = values[name];
    if (value !== undefined) text += `${short(name)}${field(value)}`;
  }
  return `${u32(text.length)}${text}`;
}

function field(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `S${long(bytes(value))}`;
    case 'boolean':
      return value ? 't\x01' : 't\0';
    case 'number':
      return number(value);
    case 'bigint':
      return `S${long(String(value))}`;
    case 'object':
      return object(value);
    case 'undefined':
    case 'function':
    case 'symbol':
    default:
      return 'V';
  }
}

function number(value: number): string {
  if (!Number.isSafeInteger(value)) return `d${double(value)}`;
  return value >= -0x8000_0000 && value < 0x8000_0000 ? `I${u32(value)}` : `l${u64(value)}`;
}

function object(value: object | null): string {
  if (value === null) return 'V';
  if (Buffer.isBuffer(value)) return `x${long(value.toString('latin1'))}`;
  if (Array.isArray(value)) return `A${long(value.map(field).join(''))}`;
  // What amqplib makes of a type that JavaScript lacks.
  const { '!': type, value: inner } = value as { readonly '!'?: unknown; readonly value?: unknown };
  if (type === 'timestamp' && typeof inner === 'number') return `T${u64(inner)}`;
  return `F${table(value as Readonly<Record<string, unknown>>)}`;
}

/** At most 255 bytes. */
function short(text: string): string {
  const all = bytes(text);
  if (all.length > 255) throw new RangeError(`A text of ${all.length} bytes is too long for its field`);
  return `${String.fromCharCode(all.length)}${all}`;
}

function long(all: string): string {
  return `${u32(all.length)}${all}`;
}

const plain = /^[\0-\x7f]*$/;

/** UTF-8, each byte a character. */
function bytes(text: string): string {
  return plain.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function u16(value: number): string {
  return String.fromCharCode((value >>> 8) & 0xff, value & 0xff);
}

function u32(value: number): string {
  return String.fromCharCode((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

function u64(value: number): string {
  return `${u32(Math.floor(value / 2 ** 32))}${u32(value >>> 0)}`;
}

function double(value: number): string {
  const eight = Buffer.alloc(8);
  eight.writeDoubleBE(value);
  return eight.toString('latin1');
}

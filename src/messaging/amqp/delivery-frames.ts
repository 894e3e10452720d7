import { type ConsumeMessage } from 'amqplib';

/** A delivery that was found in what came from the broker. */
export interface Found {
  readonly channel: number;
  readonly message: ConsumeMessage;
  /** Where the next frame begins. */
  readonly end: number;
}

const frameHead = 7;
const frameEnd = 0xce;
const empty = Buffer.alloc(0);

/**
 * Reads deliveries from bytes, the way amqplib does but for its cost: head and properties become one text, from which the fields are cut. Reads what is common:
 * whole messages with bodies of one frame, and headers that are texts, numbers or booleans.
 */
export class DeliveryFrames {
  readonly #names: string[] = [];
  #text = '';
  #at = 0;

  /** The delivery whose first frame begins at `at`; undefined for all else, which amqplib reads. */
  read(bytes: Buffer, at: number): Found | undefined {
    // basic.deliver is method 60 of class 60.
    if (bytes[at] !== 1 || u32(bytes, at + frameHead) !== 0x003c003c) return undefined;
    const channel = u16(bytes, at + 1);
    const properties = nextFrame(bytes, at);
    if (properties < 0 || !is(bytes, properties, 2, channel)) return undefined;
    const body = nextFrame(bytes, properties);
    if (body < 0 || u32(bytes, properties + 11) !== 0) return undefined;
    const size = u32(bytes, properties + 15);
    const end = size === 0 ? body : this.#bodyEnd(bytes, body, channel, size);
    if (end < 0) return undefined;
    this.#text = bytes.toString('latin1', at + frameHead + 4, body - 1);
    const content = size === 0 ? empty : bytes.subarray(body + frameHead, end - 1);
    const message = this.#message(content, properties - at + 8, body - at - 12);
    return message && { channel, message, end };
  }

  #bodyEnd(bytes: Buffer, at: number, channel: number, size: number): number {
    if (!(at < bytes.length) || !is(bytes, at, 3, channel) || u32(bytes, at + 3) !== size) return -1;
    return nextFrame(bytes, at);
  }

  /** @param flags where the flags of the properties begin in the text @param end where they end */
  #message(content: Buffer, flags: number, end: number): ConsumeMessage | undefined {
    this.#at = 0;
    const consumerTag = this.#short();
    const deliveryTag = this.#number(8);
    const redelivered = this.#number(1) !== 0;
    const fields = { consumerTag, deliveryTag, redelivered, exchange: this.#short(), routingKey: this.#short() };
    this.#at = flags;
    const properties = this.#properties();
    return properties !== undefined && this.#at === end ? { fields, properties, content } : undefined;
  }

  /** Each has a flag, and those that are there follow in the order of their flags. */
  #properties(): ConsumeMessage['properties'] | undefined {
    const flags = this.#number(2);
    // One more word of flags, which nobody uses.
    if ((flags & 1) !== 0) return undefined;
    const text = (flag: number): string | undefined => ((flags & flag) === 0 ? undefined : this.#short());
    const contentType = text(0x8000);
    const contentEncoding = text(0x4000);
    const headers = (flags & 0x2000) === 0 ? undefined : this.#table();
    if (headers === undefined && (flags & 0x2000) !== 0) return undefined;
    return {
      contentType,
      contentEncoding,
      headers,
      deliveryMode: (flags & 0x1000) === 0 ? undefined : this.#number(1),
      priority: (flags & 0x0800) === 0 ? undefined : this.#number(1),
      correlationId: text(0x0400),
      replyTo: text(0x0200),
      expiration: text(0x0100),
      messageId: text(0x0080),
      timestamp: (flags & 0x0040) === 0 ? undefined : this.#number(8),
      type: text(0x0020),
      userId: text(0x0010),
      appId: text(0x0008),
      clusterId: text(0x0004),
    };
  }

  #table(): Record<string, unknown> | undefined {
    const headers: Record<string, unknown> = {};
    const size = this.#number(4);
    const end = this.#at + size;
    for (let index = 0; this.#at < end; index++) {
      const name = this.#name(index);
      const value = name === '__proto__' ? undefined : this.#value();
      if (value === undefined) return undefined;
      headers[name] = value;
    }
    return this.#at === end ? headers : undefined;
  }

  /** One after the other most messages have the same names: a text that is a name already need not become one again. */
  #name(index: number): string {
    const length = this.#text.charCodeAt(this.#at);
    const known = this.#names[index];
    if (known !== undefined && known.length === length && this.#text.startsWith(known, this.#at + 1)) {
      this.#at += 1 + length;
      return known;
    }
    const name = this.#short();
    if (index < 32) this.#names[index] = name;
    return name;
  }

  #value(): unknown {
    const type = this.#text.charCodeAt(this.#at);
    this.#at += 1;
    switch (type) {
      case 0x53: // S
        return this.#cut(this.#number(4));
      case 0x74: // t
        return this.#number(1) !== 0;
      case 0x62: // b
        return (this.#number(1) << 24) >> 24;
      case 0x73: // s
        return (this.#number(2) << 16) >> 16;
      case 0x49: // I
        return this.#number(4) | 0;
      case 0x6c: // l
        return this.#signed();
      default:
        return undefined;
    }
  }

  #signed(): number {
    const high = this.#number(4) | 0;
    return high * 2 ** 32 + this.#number(4);
  }

  #short(): string {
    return this.#cut(this.#number(1));
  }

  #cut(length: number): string {
    const text = this.#text;
    const from = this.#at;
    const to = from + length;
    this.#at = to;
    let bits = 0;
    for (let index = from; index < to; index++) bits |= text.charCodeAt(index);
    const cut = text.slice(from, to);
    return bits < 0x80 ? cut : Buffer.from(cut, 'latin1').toString('utf8');
  }

  #number(bytes: number): number {
    let value = 0;
    for (const to = this.#at + bytes; this.#at < to; this.#at++) value = value * 256 + this.#text.charCodeAt(this.#at);
    return value;
  }
}

/** Where the frame after this one begins; less than 0: this one is not whole. */
function nextFrame(bytes: Buffer, at: number): number {
  const end = at + frameHead + u32(bytes, at + 3) + 1;
  return end <= bytes.length && bytes[end - 1] === frameEnd ? end : -1;
}

function is(bytes: Buffer, at: number, type: number, channel: number): boolean {
  return bytes[at] === type && u16(bytes, at + 1) === channel;
}

function u16(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

/** Not a number beyond the end. */
function u32(bytes: Buffer, at: number): number {
  return u16(bytes, at) * 0x10000 + u16(bytes, at + 2);
}

import { type Channel, type ConsumeMessage, type Options } from 'amqplib';
import { ackFrame, bodyFrameStart, frameEnd, headerFrame, methodFrame } from './frames';

/** Writes publishes and acks to a channel. */
export interface Writer {
  /**
   * Writes one, or gathers it. @returns whether more may be written now; `drained` is called when that changes
   *
   * @throws for what cannot be written; then nothing of it is
   */
  write(exchange: string, routingKey: string, body: Buffer, properties: Options.Publish): boolean;
  /** Acks a delivery of this channel, or with `upTo` all up to it; written or gathered like the others, in their order. */
  ack(tag: number, upTo: boolean): void;
  /** Hands over what was gathered. */
  flush(): boolean;
}

interface Stream {
  write(bytes: Buffer): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** The writer for a channel: the fast one where amqplib has what it needs. */
export function writerOf(channel: Channel, drained: () => void): Writer {
  const { connection, ch } = channel as unknown as { connection?: Record<string, unknown>; ch?: unknown };
  const stream = connection?.['stream'] as Partial<Stream> | undefined;
  const frameMax = connection?.['frameMax'];
  const known = typeof ch === 'number' && ch > 0 && typeof frameMax === 'number' && frameMax > 4_096;
  if (known && typeof stream?.write === 'function' && typeof stream.once === 'function')
    return new StreamWriter(stream as Stream, ch, frameMax, drained);
  return amqplibWriter(channel, drained);
}

/** By amqplib's own door. */
export function amqplibWriter(channel: Channel, drained: () => void): Writer {
  channel.on('drain', drained);
  return {
    write: (exchange, routingKey, body, properties) => channel.publish(exchange, routingKey, body, properties),
    ack: (tag, upTo) => channel.ack({ fields: { deliveryTag: tag } } as ConsumeMessage, upTo),
    flush: () => true,
  };
}

const chunkBytes = 65_536;
const overhead = 8;

/**
 * Writes frames to the connection's socket, many publishes at a time. A publish by amqplib's own door passes three streams and is one system call; that is
 * most of what it costs. Nothing else may be published on the channel: what goes by the other door comes later.
 */
export class StreamWriter implements Writer {
  readonly #stream: Stream;
  readonly #channel: number;
  readonly #mostBody: number;
  readonly #mostFrame: number;
  readonly #drained: () => void;
  readonly #methods = new Map<string, string>();
  #chunk = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #full = false;

  constructor(stream: Stream, channel: number, frameMax: number, drained: () => void) {
    this.#stream = stream;
    this.#channel = channel;
    this.#mostBody = frameMax - overhead;
    this.#mostFrame = frameMax;
    this.#drained = drained;
  }

  write(exchange: string, routingKey: string, body: Buffer, properties: Options.Publish): boolean {
    const head =
      this.#method(exchange, routingKey, properties.mandatory === true) +
      headerFrame(this.#channel, body.length, properties);
    if (head.length > this.#mostFrame) throw new RangeError('The headers do not fit into a frame');
    if (body.length <= chunkBytes / 2 && body.length <= this.#mostBody) return this.#gather(head, body);
    return this.#large(head, body);
  }

  ack(tag: number, upTo: boolean): void {
    const frame = ackFrame(this.#channel, tag, upTo);
    this.#room(frame.length);
    this.#to += this.#chunk.write(frame, this.#to, 'latin1');
  }

  flush(): boolean {
    if (this.#to === this.#from) return true;
    const bytes = this.#chunk.subarray(this.#from, this.#to);
    this.#from = this.#to;
    return this.#hand(bytes);
  }

  #gather(head: string, body: Buffer): boolean {
    const more = this.#room(head.length + body.length + overhead);
    const start = body.length === 0 ? '' : bodyFrameStart(this.#channel, body.length);
    this.#to += this.#chunk.write(head + start, this.#to, 'latin1');
    if (body.length === 0) return more;
    this.#to += body.copy(this.#chunk, this.#to);
    this.#to += this.#chunk.write(frameEnd, this.#to, 'latin1');
    return more;
  }

  /** Sees that so many bytes fit into the chunk. */
  #room(bytes: number): boolean {
    if (this.#to + bytes <= this.#chunk.length) return true;
    const more = this.flush();
    this.#chunk = Buffer.allocUnsafe(Math.max(chunkBytes, bytes));
    this.#from = this.#to = 0;
    return more;
  }

  /** The body is not copied. */
  #large(head: string, body: Buffer): boolean {
    this.flush();
    let more = this.#hand(Buffer.from(head, 'latin1'));
    for (let at = 0; at < body.length; at += this.#mostBody) {
      const part = body.subarray(at, at + this.#mostBody);
      this.#hand(Buffer.from(bodyFrameStart(this.#channel, part.length), 'latin1'));
      this.#hand(part);
      more = this.#hand(Buffer.from(frameEnd, 'latin1'));
    }
    return more;
  }

  #hand(bytes: Buffer): boolean {
    const more = this.#stream.write(bytes);
    if (!more && !this.#full) {
      this.#full = true;
      this.#stream.once('drain', () => {
        this.#full = false;
        this.#drained();
      });
    }
    return more;
  }

  #method(exchange: string, routingKey: string, mandatory: boolean): string {
    const key = `${exchange}\0${routingKey}\0${mandatory}`;
    const known = this.#methods.get(key);
    if (known !== undefined) return known;
    if (this.#methods.size >= 1_000) this.#methods.clear();
    const made = methodFrame(this.#channel, exchange, routingKey, mandatory);
    this.#methods.set(key, made);
    return made;
  }
}

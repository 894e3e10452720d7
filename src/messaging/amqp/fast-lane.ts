import { type Channel, type ConsumeMessage } from 'amqplib';
import { DeliveryFrames } from './delivery-frames';

type Take = (message: ConsumeMessage) => void;

/** Who takes from a channel of amqplib. */
interface Taker {
  readonly channel: Record<string, unknown>;
  /** As it was when it was open. */
  readonly accept: unknown;
  readonly take: Take;
}

interface Connection {
  rest: Buffer;
  recvFrame: () => unknown;
  readonly accept: unknown;
  [lane]?: FastLane;
}

const lane = Symbol('keelson.lane');

/**
 * Has the deliveries of a channel read by {@link DeliveryFrames} instead of by amqplib, where amqplib has what that needs; else nothing changes. In any case the
 * callback of `channel.consume` must be there, and take what does not come this way.
 */
export function takeFast(channel: Channel, take: Take): void {
  const { connection, ch } = channel as unknown as { connection?: Connection; ch?: unknown };
  if (connection === undefined || typeof ch !== 'number' || !Buffer.isBuffer(connection.rest)) return;
  if (typeof connection.recvFrame !== 'function') return;
  connection[lane] ??= new FastLane(connection);
  connection[lane].add(ch, channel as unknown as Taker['channel'], take);
}

/** Stands before amqplib's reading of frames, and takes what begins a delivery. */
class FastLane {
  readonly #connection: Connection;
  readonly #frames = new DeliveryFrames();
  readonly #takers: (Taker | undefined)[] = [];
  readonly #accept: unknown;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#accept = connection.accept;
    const original = connection.recvFrame;
    connection.recvFrame = () => {
      this.#run();
      return original.call(connection);
    };
  }

  add(number: number, channel: Taker['channel'], take: Take): void {
    this.#takers[number] = { channel, accept: channel['accept'], take };
  }

  #run(): void {
    const connection = this.#connection;
    const bytes = connection.rest;
    let at = 0;
    try {
      // A connection that is closing has another way of accepting frames: it lets them fall.
      while (connection.accept === this.#accept) {
        const found = bytes[at] === 1 ? this.#frames.read(bytes, at) : undefined;
        const taker = found && this.#takerOf(found.channel);
        if (found === undefined || taker === undefined) break;
        at = found.end;
        taker.take(found.message);
      }
    } finally {
      if (at > 0) connection.rest = bytes.subarray(at);
    }
  }

  /** A channel that is closing lets frames fall as well; another may have its number later. */
  #takerOf(channel: number): Taker | undefined {
    const taker = this.#takers[channel];
    if (taker === undefined || taker.channel['accept'] === taker.accept) return taker;
    this.#takers[channel] = undefined;
    return undefined;
  }
}

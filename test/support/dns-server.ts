import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A record that the server has. */
export type DnsRecord =
  | { readonly type: 'A'; readonly address: string }
  | { readonly type: 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV';
      readonly target: string;
      readonly port: number;
      readonly priority?: number;
      readonly weight?: number;
    };

/** How it answers: as it should, not at all, with SERVFAIL, or with bytes that mean nothing. */
export type DnsMode = 'answer' | 'silent' | 'failure' | 'garbage';

const types: Record<number, string> = { 1: 'A', 28: 'AAAA', 33: 'SRV' };

/** A small DNS server on a UDP port of 127.0.0.1. */
export class DnsServer {
  /** By name, in lower case. A name that is not there does not exist; one with an empty list has no record of any type. */
  readonly zone = new Map<string, readonly DnsRecord[]>();
  /** The names and types that were asked for, in order. */
  readonly asked: string[] = [];
  mode: DnsMode = 'answer';
  readonly #socket: Socket = createSocket('udp4');

  async start(): Promise<string> {
    this.#socket.on('message', (message, { port, address }) => {
      const reply = this.#reply(message);
      if (reply !== undefined) this.#socket.send(reply, port, address);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #reply(message: Buffer): Buffer | undefined {
    const { name, type, end } = readQuestion(message);
    this.asked.push(`${type} ${name}`);
    if (this.mode === 'silent') return undefined;
    // The id, and then nonsense: anything else would not be taken for an answer at all.
    if (this.mode === 'garbage') return Buffer.concat([message.subarray(0, 2), Buffer.alloc(20, 0xff)]);
    const records = this.zone.get(name);
    const found = (records ?? []).filter((record) => record.type === type);
    const code = this.mode === 'failure' ? 2 : records === undefined ? 3 : 0;
    const answers = code === 0 ? found : [];
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    [1, answers.length, 0, 0].forEach((count, i) => head.writeUInt16BE(count, 4 + 2 * i));
    return Buffer.concat([head, message.subarray(12, end), ...answers.map(answerOf)]);
  }
}

function readQuestion(message: Buffer): { name: string; type: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: types[message.readUInt16BE(at + 1)] ?? '?', end: at + 5 };
}

function answerOf(record: DnsRecord): Buffer {
  const data = dataOf(record);
  const head = Buffer.alloc(12);
  // The name of the question, by its place; then type, class, time to live and length.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(Number(Object.keys(types).find((key) => types[Number(key)] === record.type)), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(0, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(record: DnsRecord): Buffer {
  if (record.type === 'A') return Buffer.from(record.address.split('.').map(Number));
  if (record.type === 'AAAA')
    return Buffer.from(
      record.address.split(':').flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]),
    );
  const numbers = Buffer.alloc(6);
  [record.priority ?? 0, record.weight ?? 0, record.port].forEach((value, i) => numbers.writeUInt16BE(value, 2 * i));
  const labels = record.target.split('.').filter((label) => label !== '');
  return Buffer.concat([
    numbers,
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.from([0]),
  ]);
}

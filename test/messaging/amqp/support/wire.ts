/** A delivery, and what it looks like on the wire when amqplib writes it. */
export interface Delivered {
  readonly channel: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
  /** Of its body. @default 1 */
  readonly parts?: number;
}

interface Definitions {
  readonly BasicDeliver: number;
  readonly BasicProperties: number;
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: object): Buffer;
}

// amqplib has no types for these.
const defs = jest.requireActual<Definitions>('amqplib/lib/defs');
const frames = jest.requireActual<{ makeBodyFrame(channel: number, payload: Buffer): Buffer }>('amqplib/lib/frame');

/** The frames of a delivery. */
export function delivery({ channel, fields, properties, content, parts = 1 }: Delivered): Buffer {
  const each = Math.ceil(content.length / parts);
  const bodies: Buffer[] = [];
  for (let at = 0; at < content.length; at += each) {
    bodies.push(frames.makeBodyFrame(channel, content.subarray(at, at + each)));
  }
  return Buffer.concat([
    defs.encodeMethod(defs.BasicDeliver, channel, fields),
    defs.encodeProperties(defs.BasicProperties, channel, content.length, properties),
    ...bodies,
  ]);
}

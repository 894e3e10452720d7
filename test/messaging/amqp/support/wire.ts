import { dirname, join } from 'node:path';

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

const inside = (file: string): string => join(dirname(require.resolve('amqplib')), 'lib', file);
/* eslint-disable @typescript-eslint/no-require-imports -- amqplib writes what is to be read; it neither exports this nor has types for it. */
const defs = require(inside('defs.js')) as Definitions;
const frames = require(inside('frame.js')) as { makeBodyFrame(channel: number, payload: Buffer): Buffer };
/* eslint-enable @typescript-eslint/no-require-imports */

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

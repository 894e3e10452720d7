import { type Outgoing } from '../../../../src/messaging/amqp/publication';

/** A publish to a queue, which needs no exchange. */
export function outgoingOf(id: string, more: Partial<Outgoing> = {}): Outgoing {
  return {
    exchange: '',
    routingKey: 'queue',
    body: Buffer.from('12345'),
    properties: { messageId: id },
    declarations: [],
    timeoutMs: 30_000,
    signal: undefined,
    ...more,
  };
}

/** The code and the outcome that a publish ended with. */
export async function ended(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'resolved',
    (error: { code: string; details?: { outcome?: string } }) =>
      [error.code, error.details?.outcome].filter((one) => one !== undefined).join(' '),
  );
}

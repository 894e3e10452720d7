import { type Channel } from 'amqplib';
import { KeelsonError } from '../../core';
import { type Declaration } from './topology';

/**
 * Declares one thing, or checks that it is there. A failure closes the channel: that is how AMQP is.
 *
 * @throws what amqplib throws
 */
export async function declareOne(channel: Channel, one: Declaration, declare: boolean): Promise<void> {
  switch (one.kind) {
    case 'exchange':
      await (declare ? channel.assertExchange(one.name, one.type, { durable: true }) : channel.checkExchange(one.name));
      return;
    case 'queue':
      await (declare
        ? channel.assertQueue(one.name, { durable: true, arguments: { ...one.arguments } })
        : channel.checkQueue(one.name));
      return;
    case 'binding':
      // It cannot be checked: who does not bind must trust whoever does.
      if (declare) await channel.bindQueue(one.queue, one.exchange, one.routingKey);
      return;
    default:
      return one satisfies never;
  }
}

/** Is it there, but with other arguments? */
export function isDeclaredOtherwise(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 406;
}

/** Says what was refused and why, and what to do, in place of an error of the protocol. Undefined: it was not refused, the connection or channel was lost. */
export function refusalOf(one: Declaration, error: unknown): KeelsonError | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  const reason = typeof code === 'number' ? reasons[code] : undefined;
  if (reason === undefined) return undefined;
  const text = (error as Error).message.replace(/^.*?\d+ \([A-Z-]+\) with message "(.*)"$/s, '$1');
  const message = `The ${nameOf(one)} ${reason}${code === 406 ? differs(text) : ''}.`;
  return new KeelsonError('CONFIG_INVALID', message, { retryable: false, cause: error, details: { broker: text } });
}

const reasons: Readonly<Record<number, string>> = {
  403: 'may not be used or declared by this user',
  404: 'does not exist',
  405: 'belongs to another connection',
  406: 'was declared otherwise before',
};

function nameOf(one: Declaration): string {
  return one.kind === 'binding' ? `binding of ${one.queue} to ${one.exchange}` : `${one.kind} ${one.name}`;
}

/** RabbitMQ names the argument: `inequivalent arg 'x-queue-type' for queue 'a' in vhost '/': received 'quorum' but current is 'classic'`. */
function differs(text: string): string {
  const found = /inequivalent arg '([^']+)'.*?received (.*?) but current is (.*)$/s.exec(text);
  if (found === null) return '';
  const [, argument, now, before] = found;
  if (argument === 'x-single-active-consumer')
    return `: ${now?.includes('true') ? 'without' : 'with'} a single active consumer, so ordered was changed; delete the queue once it is empty, or use another group`;
  return `: its ${argument} is ${before}, not ${now}; delete it once it is empty, or set what it was declared with`;
}

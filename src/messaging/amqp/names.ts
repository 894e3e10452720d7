// What things are called at the broker, so that an operator understands them. docs/rabbitmq.md lists the same.

/** The direct exchange of all commands. */
export const commandExchange = 'keelson.commands';

/** The topic exchange of an event: its domain, which is what stands before the first dot. */
export function eventExchange(event: string): string {
  return event.slice(0, event.indexOf('.'));
}

/** The queue of an event for a group: `order.placed.billing`. */
export function eventQueue(event: string, group: string): string {
  return `${event}.${group}`;
}

/** The queue of a command: its name, which has two parts; those of events have three or more. */
export function commandQueue(command: string): string {
  return command;
}

/** Where the dead letters of a queue lie: `order.placed.billing.dlq`. */
export function deadLetterQueue(queue: string): string {
  return `${queue}.dlq`;
}

/** The exchange and queue where messages wait so long, in ms, before they go to the queue that is their routing key. */
export function delayQueue(delayMs: number): string {
  return `keelson.delay.${delayMs}`;
}

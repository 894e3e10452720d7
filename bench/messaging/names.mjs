// Names of what is sent, and of the queues that the peers name themselves. Apart from the peers' files, as those load the peers.
export const eventName = 'order.placed';
export const groupName = 'billing';
export const commandName = 'order.check';

export const eventQueue = {
  keelson: `${eventName}.${groupName}`,
  moleculer: `MOL.EVENTB.${groupName}.${eventName}`,
};

/** What keelson declares beside an event's queue: other queues of the same names, but of another type, would be in its way. */
export const keelsonLeaves = [1_000, 5_000, 30_000, 120_000]
  .map((ms) => `keelson.delay.${ms}`)
  .concat(`${eventQueue.keelson}.dlq`);

// Names of what is sent, and of the queues that the peers name themselves. Apart from the peers' files, as those load the peers.
export const eventName = 'order.placed';
export const groupName = 'billing';
export const commandName = 'order.check';

export const eventQueue = {
  keelson: `${eventName}.${groupName}`,
  moleculer: `MOL.EVENTB.${groupName}.${eventName}`,
};

// Names of queues that the peers make up themselves. Apart from the peers' files, as those load the peers.
export const eventName = 'order.placed';
export const groupName = 'billing';

export const eventQueue = {
  keelson: `${eventName}.${groupName}`,
  moleculer: `MOL.EVENTB.${groupName}.${eventName}`,
};

export { amqpTransport } from './amqp-transport';
export { applyTopology } from './apply-topology';
export { commandExchange, commandQueue, deadLetterQueue, delayQueue, eventExchange, eventQueue } from './names';
export { type AmqpOptions, type AmqpTls } from './options';
export { topologyOf, type Declaration, type TopologyOptions } from './topology';

export { amqpTransport } from './amqp-transport';
export { applyTopology, type AppliedDeclaration } from './apply-topology';
export {
  openDeadLetters,
  type DeadLetterBox,
  type LetterCount,
  type LetterOptions,
  type LetterProgress,
  type ReplayOptions,
} from './dead-letter-box';
export { type AmqpDeadLetter, type LetterFilter } from './letter';
export { commandExchange, commandQueue, deadLetterQueue, delayQueue, eventExchange, eventQueue } from './names';
export { type AmqpOptions, type AmqpTls } from './options';
export { topologyOf, type Declaration, type TopologyOptions } from './topology';

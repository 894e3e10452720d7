export {
  type CommandHandler,
  type EventHandler,
  type HandleOptions,
  type Message,
  type Messaging,
  type PublishOptions,
  type RetryLadder,
  type SendOptions,
  type SubscribeOptions,
  type Subscription,
} from './contract';
export { createMessaging, type MessagingParts, type OwnedMessaging } from './create-messaging';
export { memoryDedupe, type Claim, type DedupeStore, type MemoryDedupeOptions } from './dedupe';
export {
  checkGroup,
  defineCommand,
  defineEvent,
  type CommandDefinition,
  type CommandOptions,
  type EventDefinition,
  type EventOptions,
} from './definition';
export { type MessagingFaults } from './faulty-way';
export { type MessagingLimits } from './options';
export {
  type Consumption,
  type DeathNote,
  type Delivery,
  type Envelope,
  type EventLimits,
  type PublishLimits,
  type Reply,
  type Source,
  type Transport,
} from './transport';
export {
  createMemoryBroker,
  type MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryQueueFacts,
} from './memory/broker';
export { type DeadLetter } from './memory/dead-letters';
export { type MemoryLink } from './memory/link';
export { memoryTransport, type MemoryTransportOptions } from './memory/transport';

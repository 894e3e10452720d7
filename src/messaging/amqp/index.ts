export { commandExchange, commandQueue, deadLetterQueue, delayQueue, eventExchange, eventQueue } from './names';

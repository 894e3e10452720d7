export { type AccessLine } from './access';
export { type LevelControl, type LoggerLevel } from './levels';
export { createLogging, type Logging } from './logging';
export { type Correlation, type LoggingOptions, type WinstonTransport } from './options';
export { type LogOutput } from './sink';

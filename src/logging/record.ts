import { type LogLevel } from '../core';

/** A line as plain data, masked: what pretty lines and winston transports are made from. */
export interface LineRecord {
  timestamp: string;
  level: LogLevel;
  logger?: string | undefined;
  message: string;
  [field: string]: unknown;
}

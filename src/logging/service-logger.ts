import { type LogFields, type Logger, type LogLevel } from '../core';
import { type BoundFields } from './fields';
import { type LevelTree, levelWeight, rootName } from './levels';
import { createVoice, type Lines, type Voice } from './lines';

/** What all loggers of one service share. */
export interface LoggerParts {
  readonly lines: Lines;
  readonly levels: LevelTree;
}

/** The logger behind the interface. A level that is off costs two comparisons of numbers. */
export class ServiceLogger implements Logger {
  readonly #parts: LoggerParts;
  readonly #voice: Voice;
  readonly #bound: BoundFields | undefined;

  constructor(parts: LoggerParts, voice: Voice, bound: BoundFields | undefined) {
    this.#parts = parts;
    this.#voice = voice;
    this.#bound = bound;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#voice.node.threshold > 0 && this.#parts.lines.lanes.floor > 0) return;
    this.#parts.lines.write(this.#voice, 'debug', message, fields, this.#bound);
  }

  info(message: string, fields?: LogFields): void {
    if (this.#voice.node.threshold > 1 && this.#parts.lines.lanes.floor > 1) return;
    this.#parts.lines.write(this.#voice, 'info', message, fields, this.#bound);
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#voice.node.threshold > 2 && this.#parts.lines.lanes.floor > 2) return;
    this.#parts.lines.write(this.#voice, 'warn', message, fields, this.#bound);
  }

  error(message: string, fields?: LogFields): void {
    this.#parts.lines.write(this.#voice, 'error', message, fields, this.#bound);
  }

  isEnabled(level: LogLevel): boolean {
    const weight = levelWeight[level];
    return weight >= this.#voice.node.threshold || weight >= this.#parts.lines.lanes.floor;
  }

  child(fields: LogFields): Logger {
    return new ServiceLogger(this.#parts, this.#voice, this.#parts.lines.bind(this.#bound, fields));
  }

  /** Names of names are joined: `named('db').named('pool')` is `db.pool`, which inherits its level from `db`. */
  named(name: string): Logger {
    const own = this.#voice.name;
    if (typeof name !== 'string' || name === '' || (own === undefined && name === rootName)) return this;
    const { fields } = this.#parts.lines;
    const full = fields.text(own === undefined ? name : `${own}.${name}`).slice(0, 100);
    return new ServiceLogger(this.#parts, createVoice(this.#parts.levels.node(full), full), this.#bound);
  }
}

import { type Clock } from '../core';
import type * as amqpPart from '../messaging/amqp';
import { type Service } from '../service';

/** Where the command line writes. */
export interface CliOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** The part that speaks to RabbitMQ. */
export type Amqp = Pick<typeof amqpPart, 'applyTopology' | 'eventQueue' | 'openDeadLetters' | 'topologyOf'>;

/** What commands have besides their words. */
export interface CliTools {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Columns of the terminal that errors and progress go to; undefined if it is none. */
  readonly columns: number | undefined;
  /** Asks whoever sits there for a yes; undefined if nobody does. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a line, undefined if whoever was asked goes away; undefined itself if nobody sits there. */
  readonly prompt: ((question: string) => Promise<string | undefined>) | undefined;
  /** Runs work whose signal aborts when the process is told to end: it then ends in order. A second time it ends at once. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Loaded when first needed. */
  readonly amqp: () => Amqp;
  readonly load: (folder: string, settings?: Readonly<Record<string, unknown>>) => Promise<Service>;
}

/** What a command is run with. */
export interface CliContext extends CliTools, CliOutput {
  readonly cwd: string;
}

/** A command: its words without its name. Resolves to the exit code. */
export type Command = (words: readonly string[], context: CliContext) => Promise<number>;

/** The exit code of what was interrupted, as shells have it. */
export const exitInterrupted = 130;

/** Words that are not understood: an error as that of node:util's parser. */
export function misuse(message: string): Error {
  return Object.assign(new TypeError(message), { code: 'ERR_PARSE_ARGS_MISUSE' });
}

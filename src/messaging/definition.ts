import { KeelsonError, type StandardSchema } from '../core';

/** Something that happened, told to whoever subscribes. Made by {@link defineEvent}. */
export interface EventDefinition<T> {
  readonly kind: 'event';
  /** At least two parts, like `order.placed`; the first is the domain. */
  readonly name: string;
  /** Checked by the publisher and again by each subscriber. */
  readonly schema: StandardSchema<T> | undefined;
  /** What becomes of an event that nobody subscribes to: `reject` fails its publishing, `drop` counts it. */
  readonly unroutable: 'reject' | 'drop';
}

/** Something to be done by one service, which replies. Made by {@link defineCommand}. */
export interface CommandDefinition<T, R> {
  readonly kind: 'command';
  /** Two parts, like `stock.reserve`. */
  readonly name: string;
  readonly request: StandardSchema<T> | undefined;
  readonly reply: StandardSchema<R> | undefined;
}

/** What an event is made from, besides its name. */
export interface EventOptions<T> {
  /** What its data must be like; zod, valibot, arktype and others provide one. @default any JSON */
  readonly schema?: StandardSchema<T>;
  /** `drop` is for events that may have no subscriber yet: they are counted, and logged once. @default 'reject' */
  readonly unroutable?: 'reject' | 'drop';
}

/** What a command is made from, besides its name. */
export interface CommandOptions<T, R> {
  /** What its data must be like. @default any JSON */
  readonly request?: StandardSchema<T>;
  /** What its reply must be like. @default any JSON */
  readonly reply?: StandardSchema<R>;
}

const part = '[a-z][a-z0-9_-]*';
const eventName = new RegExp(`^${part}(?:\\.${part})+$`);
const commandName = new RegExp(`^${part}\\.${part}$`);
/** Queues are named after events, groups and commands: RabbitMQ takes 255 bytes, and what is added needs its share. */
const longestName = 120;

/**
 * Declares an event. Publisher and subscribers share the definition, or each has one of the same name.
 *
 * @throws CONFIG_INVALID for a name or a schema that is none
 */
export function defineEvent<T>(name: string, options: EventOptions<T> = {}): EventDefinition<T> {
  if (!fits(name, eventName)) {
    throw invalid(`the event ${JSON.stringify(name)}: a name has two parts or more, like order.placed`);
  }
  const { schema, unroutable = 'reject' } = options;
  if (unroutable !== 'reject' && unroutable !== 'drop') {
    throw invalid(`the event ${name}: unroutable is 'reject' or 'drop', not ${JSON.stringify(unroutable)}`);
  }
  checkSchema(`the event ${name}`, schema);
  return Object.freeze({ kind: 'event', name, schema, unroutable });
}

/**
 * Declares a command. Sender and handler share the definition, or each has one of the same name.
 *
 * @throws CONFIG_INVALID for a name or a schema that is none
 */
export function defineCommand<T, R>(name: string, options: CommandOptions<T, R> = {}): CommandDefinition<T, R> {
  if (!fits(name, commandName)) {
    throw invalid(`the command ${JSON.stringify(name)}: a name has two parts, like stock.reserve`);
  }
  const { request, reply } = options;
  checkSchema(`the request of ${name}`, request);
  checkSchema(`the reply to ${name}`, reply);
  return Object.freeze({ kind: 'command', name, request, reply });
}

/**
 * Checks the name of a group.
 *
 * @throws CONFIG_INVALID for a name that is none
 */
export function checkGroup(group: string): string {
  const valid = typeof group === 'string' && new RegExp(`^${part}$`).test(group) && group.length <= 63;
  if (valid && group !== 'dlq') return group;
  throw invalid(`the group ${JSON.stringify(group)}: lower-case letters, digits, _ and -, at most 63, and not dlq`);
}

function fits(name: unknown, pattern: RegExp): boolean {
  return (
    typeof name === 'string' && name.length <= longestName && pattern.test(name) && !/^(?:keelson|amq)\./.test(name)
  );
}

/** Older versions of schema libraries have none: better said where it is written than at the first message. */
function checkSchema(what: string, schema: StandardSchema<unknown> | undefined): void {
  if (schema === undefined || typeof schema['~standard']?.validate === 'function') return;
  throw invalid(
    `${what}: its schema is none by the Standard Schema specification (zod 3.24, valibot 1 and newer have it)`,
  );
}

function invalid(what: string): KeelsonError {
  return new KeelsonError('CONFIG_INVALID', `Not valid: ${what}.`, { retryable: false });
}

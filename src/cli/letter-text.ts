import { createRedactor } from '../core';
import { type AmqpDeadLetter } from '../messaging/amqp';
import { plain } from './table';

/** How a letter is shown. */
export interface LetterLook {
  readonly number: number;
  /** With the data of the message. */
  readonly body: boolean;
  /** By the wall clock. */
  readonly now: number;
}

/** A letter for people, in some lines. What looks like a secret is masked. */
export function letterText(letter: AmqpDeadLetter, { number, body, now }: LetterLook): string {
  const { envelope, reason, code, attempts, diedAt, message, stack } = letter;
  const tried = attempts === undefined ? undefined : `${attempts} attempt${attempts === 1 ? '' : 's'}`;
  const died = diedAt === undefined ? undefined : `died ${diedAt} (${age(now - Date.parse(diedAt))} ago)`;
  const facts = [envelope.type, envelope.id, reason, code, tried, died].filter((fact) => fact !== undefined);
  const lines = [
    `${number}  ${facts.join('  ')}`,
    `   from ${envelope.source || 'unknown'}, published ${envelope.time || 'at an unknown time'}${traceOf(letter)}`,
    ...indented(message),
    ...indented(stack),
    ...(body ? indented(asText(dataOf(letter))) : []),
  ];
  const masked = createRedactor();
  return `${lines.map((line) => plain(masked.text(line))).join('\n')}\n`;
}

/** A letter for programs. What looks like a secret is masked. */
export function letterJson(letter: AmqpDeadLetter, body: boolean): object {
  const { envelope, ...death } = letter;
  const { id, type, source, time, key, contentType, headers } = envelope;
  const data = body ? { data: dataOf(letter) } : {};
  return createRedactor().value({ id, type, source, time, key, ...death, contentType, headers, ...data }) as object;
}

/** JSON as it is meant, text as text, all else in base64. */
function dataOf({ envelope: { body, contentType } }: AmqpDeadLetter): unknown {
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) return body.toString('base64');
  if (!/[/+]json\b/i.test(contentType)) return text;
  try {
    return createRedactor().value(JSON.parse(text));
  } catch {
    return text;
  }
}

function asText(data: unknown): string {
  return typeof data === 'string' ? data : JSON.stringify(data);
}

function indented(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(/\r?\n/).map((line) => `   ${line}`);
}

function traceOf({ envelope: { headers } }: AmqpDeadLetter): string {
  const [, trace] = /^00-([\da-f]{32})-/.exec(headers['traceparent'] ?? '') ?? [];
  return trace === undefined ? '' : `, trace ${trace}`;
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

function age(ms: number): string {
  const [unit, size] = units.find(([, length]) => ms >= length) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(ms / size))}${unit}`;
}

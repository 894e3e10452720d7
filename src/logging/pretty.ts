import { toJson, visible } from './escape';
import { type LineRecord } from './fields';

const hidden: ReadonlySet<string> = new Set(
  'timestamp level logger message service version instance spanId'.split(' '),
);
const colorOf: Readonly<Record<string, string>> = Object.freeze({ debug: '90', info: '32', warn: '33', error: '31' });
/** Said elsewhere in the lines of an error. */
const toldOfError: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/**
 * A record as one readable line: local time, level, logger, message, fields. Errors follow with their stacks, indented, so that no text of theirs can
 * pass for a line.
 */
export function prettyLine(record: LineRecord, colors: boolean): string {
  const paint = (text: string, code: string): string => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const level = paint(record.level.toUpperCase().padEnd(5), colorOf[record.level] ?? '0');
  const logger = record.logger === undefined ? '' : paint(`[${visible(record.logger)}] `, '36');
  let line = `${paint(localTime(record.timestamp), '90')} ${level} ${logger}${visible(record.message)}`;
  let below = '';
  for (const key of Object.keys(record)) {
    if (hidden.has(key) || record[key] === undefined) continue;
    const value = record[key];
    line += ` ${paint(`${visible(key)}=`, '90')}${isError(value) ? brief(value) : fieldText(value)}`;
    if (isError(value)) below += errorLines(value, '    ');
  }
  return `${line}\n${below}`;
}

interface PlainError {
  readonly [key: string]: unknown;
  readonly stack: string;
}

function isError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string';
}

function brief(error: PlainError): string {
  const rest = Object.entries(error).filter(([key]) => !toldOfError.has(key));
  const message = fieldText(error['message'] ?? error['name'] ?? '');
  return rest.length === 0 ? message : `${message} ${toJson(Object.fromEntries(rest))}`;
}

function errorLines(error: PlainError, indent: string, label = ''): string {
  let out = '';
  for (const [i, text] of error.stack.split('\n').entries())
    out += `${indent}${i === 0 ? label : ''}${visible(text)}\n`;
  if (isError(error['cause'])) out += errorLines(error['cause'], `${indent}  `, 'caused by: ');
  else if (error['cause'] !== undefined) out += `${indent}  caused by: ${fieldText(error['cause'])}\n`;
  const members: unknown = error['errors'];
  if (!Array.isArray(members)) return out;
  for (const member of members) {
    out += isError(member)
      ? errorLines(member, `${indent}  `, 'one of: ')
      : `${indent}  one of: ${fieldText(member)}\n`;
  }
  return out;
}

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@*-]+$/.test(value) ? value : toJson(value);
}

function localTime(timestamp: string): string {
  const date = new Date(timestamp);
  const two = (n: number): string => String(n).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

import { type AttributeList, type SpanAttributes, type StoredValue } from './span-attributes';

/** Makes text safe to send: masks secrets in it. */
export type Redact = (text: string) => string;

/** Says so when redacting failed: the text itself must then not be sent. */
const unredacted = '[redaction failed]';

/** The same function, but one that never throws and always gives text. No function leaves text as it is. */
export function safeRedact(redact: Redact | undefined): Redact {
  if (redact === undefined) return (text) => text;
  return (text) => {
    try {
      const safe: unknown = redact(text);
      return typeof safe === 'string' ? safe : unredacted;
    } catch {
      return unredacted;
    }
  };
}

/** Calls `take` for each attribute with its texts redacted. */
export function eachAttribute(
  attributes: SpanAttributes | undefined,
  redact: Redact,
  take: (key: string, value: StoredValue) => void,
): void {
  if (attributes === undefined) return;
  for (const [key, value] of attributes.entries()) {
    if (typeof value === 'string') take(key, redact(value));
    else take(key, typeof value === 'object' ? redactedList(value, redact) : value);
  }
}

function redactedList(list: AttributeList, redact: Redact): AttributeList {
  return list.map((item) => (typeof item === 'string' ? redact(item) : item));
}

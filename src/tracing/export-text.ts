import { type AttributeList, type SpanAttributes, type StoredValue } from './span-attributes';

/** Makes text safe to send: masks secrets in it. `key` is the attribute's, whose name may say that all of its value is one. */
export type Redact = (text: string, key?: string) => string;

/** What the texts of spans pass on their way out. Never throws. */
export interface ExportText {
  /** Of an attribute with this key, a message. */
  value(text: string, key?: string): string;
  /** Of something that is said again and again: the name of a span, an event or an attribute. */
  name(text: string): string;
}

const mostNames = 2_000;

/** Says so when redacting failed: the text itself must then not be sent. */
const unredacted = '[redaction failed]';

/** The same function, made safe. No function leaves text as it is. */
export function safeRedact(redact: Redact | undefined): ExportText {
  if (redact === undefined) return { value: (text) => text, name: (text) => text };
  const value: Redact = (text, key) => {
    try {
      const masked: unknown = redact(text, key);
      return typeof masked === 'string' ? masked : unredacted;
    } catch {
      return unredacted;
    }
  };
  const names = new Map<string, string>();
  const name = (text: string): string => {
    let known = names.get(text);
    if (known !== undefined) return known;
    known = value(text);
    if (names.size >= mostNames) names.clear();
    names.set(text, known);
    return known;
  };
  return { value, name };
}

/** Calls `take` for each attribute with its texts redacted. */
export function eachAttribute(
  attributes: SpanAttributes | undefined,
  text: ExportText,
  take: (key: string, value: StoredValue) => void,
): void {
  if (attributes === undefined) return;
  for (const [key, value] of attributes.entries()) {
    const name = text.name(key);
    if (typeof value === 'string') take(name, text.value(value, key));
    else take(name, typeof value === 'object' ? redactedList(value, text, key) : value);
  }
}

function redactedList(list: AttributeList, text: ExportText, key: string): AttributeList {
  return list.map((item) => (typeof item === 'string' ? text.value(item, key) : item));
}

import { type Baggage, type BaggageEntry, baggageEntryMetadataFromString, propagation } from '@opentelemetry/api';

const maxMembers = 64;
const maxBytes = 8192;

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const valueForm = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const propertyForm = /^[\x20\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * Reads a baggage header. Of a header over 8,192 bytes or 64 members the rest is left out; a member that is not valid is left
 * out alone; of two members with one key the later counts.
 */
export function parseBaggage(header: string): Baggage | undefined {
  const entries = new Map<string, BaggageEntry>();
  let start = 0;
  for (let read = 0; read < maxMembers && start < header.length; read += 1) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? header.length : comma;
    if (end > maxBytes) break;
    readMember(header.slice(start, end), entries);
    start = end + 1;
  }
  return entries.size === 0 ? undefined : propagation.createBaggage(Object.fromEntries(entries));
}

function readMember(text: string, entries: Map<string, BaggageEntry>): void {
  const semicolon = text.indexOf(';');
  const pair = semicolon === -1 ? text : text.slice(0, semicolon);
  const equals = pair.indexOf('=');
  if (equals === -1) return;
  const key = pair.slice(0, equals).trim();
  const raw = pair.slice(equals + 1).trim();
  if (!token.test(key) || !valueForm.test(raw)) return;
  const value = decoded(raw);
  if (value === undefined) return;
  const properties = semicolon === -1 ? '' : text.slice(semicolon + 1).trim();
  const entry: BaggageEntry = { value };
  if (properties !== '' && propertyForm.test(properties.replaceAll(';', ''))) {
    entry.metadata = baggageEntryMetadataFromString(properties);
  }
  entries.set(key, entry);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The header of this baggage: at most 64 members and 8,192 bytes; what does not fit, is not valid or not to be kept is left out. */
export function formatBaggage(baggage: Baggage, keep: (key: string) => boolean = () => true): string {
  let header = '';
  let members = 0;
  for (const [key, entry] of baggage.getAllEntries()) {
    const text = keep(key) ? formatMember(key, entry) : undefined;
    if (text === undefined || header.length + text.length + 1 > maxBytes) continue;
    header += header === '' ? text : `,${text}`;
    members += 1;
    if (members === maxMembers) break;
  }
  return header;
}

function formatMember(key: string, entry: BaggageEntry): string | undefined {
  if (!token.test(key) || typeof entry.value !== 'string') return undefined;
  const value = encoded(entry.value);
  if (value === undefined) return undefined;
  const properties = entry.metadata?.toString() ?? '';
  const valid = properties !== '' && propertyForm.test(properties.replaceAll(';', ''));
  return `${key}=${value}${valid ? `;${properties}` : ''}`;
}

/** Undefined for text that has no UTF-8 form (half a surrogate pair). */
function encoded(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    return undefined;
  }
}

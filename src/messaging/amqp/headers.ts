/** Headers as they come from the broker: anything. */
export type RawHeaders = Readonly<Record<string, unknown>>;

/** What keelson adds to what the binding of CloudEvents says. Names are part of the wire. */
export const keelsonHeader = Object.freeze({
  attempt: 'keelson-attempt',
  deadline: 'keelson-deadline',
  expires: 'keelson-expires',
});

/** Of CloudEvents on AMQP; a colon in place of the underscore means the same. */
export const cloudEventsPrefix = 'cloudEvents_';

const own = /^(?:cloudEvents[_:]|keelson-|x-death$|x-first-death-|x-last-death-|x-delivery-count$|x-acquired-count$)/;

/** The headers of the user and of the trace: what is a text, or can be one. The rest, and what the broker or keelson added, is left out. */
export function userHeaders(raw: RawHeaders): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of Object.keys(raw)) {
    // Most begin so; a regular expression for each costs more than all else here.
    if (name.startsWith(cloudEventsPrefix) || own.test(name)) continue;
    const value = textOf(raw[name]);
    const lower = name.toLowerCase();
    if (value !== undefined && lower !== '__proto__') headers[lower] = value;
  }
  return headers;
}

/** A text, number or boolean as a text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** The attributes of CloudEvents that become part of an envelope: their names as headers, in the two ways in which they are written. */
export const attribute = Object.freeze({
  id: names('id'),
  type: names('type'),
  source: names('source'),
  time: names('time'),
  partitionkey: names('partitionkey'),
});

function names(name: string): readonly [string, string] {
  return Object.freeze([`${cloudEventsPrefix}${name}`, `cloudEvents:${name}`] as const);
}

/** One of them; undefined also where it is empty. */
export function attributeOf(raw: RawHeaders, [name, otherName]: readonly [string, string]): string | undefined {
  return filled(textOf(raw[name])) ?? filled(textOf(raw[otherName]));
}

/** A number of keelson's own; undefined if it is none. */
export function numberOf(raw: RawHeaders, name: string): number | undefined {
  const found = raw[name];
  if (found === undefined) return undefined;
  const value = Number(textOf(found) ?? NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** Headers for a copy: without what the broker counts by, as it takes a message that was in a queue before for one that goes in circles. */
export function copiedHeaders(raw: RawHeaders): Record<string, unknown> {
  const left = /^(?:x-death$|x-first-death-|x-last-death-|x-delivery-count$|x-acquired-count$)/;
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !left.test(name) && name !== '__proto__'));
}

/** Leaves out the longest until all are at most so many bytes: a broker that cannot store a letter would lose it. */
export function fitted(headers: Readonly<Record<string, unknown>>, most: number): Record<string, unknown> {
  const sized = Object.entries(headers).map(([name, value]) => ({ name, value, bytes: name.length + sizeOf(value) }));
  let sum = sized.reduce((all, { bytes }) => all + bytes, 0);
  const dropped = new Set<string>();
  for (const { name, bytes } of [...sized].sort((a, b) => b.bytes - a.bytes)) {
    if (sum <= most) break;
    dropped.add(name);
    sum -= bytes;
  }
  return Object.fromEntries(sized.filter(({ name }) => !dropped.has(name)).map(({ name, value }) => [name, value]));
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value) + 5;
  if (Buffer.isBuffer(value)) return value.length + 5;
  if (typeof value !== 'object' || value === null) return 9;
  return Object.entries(value).reduce((all, [name, inner]) => all + name.length + sizeOf(inner), 6);
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

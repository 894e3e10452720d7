import { type Envelope } from '../transport';
import { textOf } from './headers';

type Made = Pick<Envelope, 'id' | 'type' | 'source' | 'time' | 'contentType' | 'headers'>;

/** The envelope but for what keelson counts. */
export interface Structured {
  readonly envelope: Made & Pick<Envelope, 'key' | 'body'>;
  readonly malformed: string | undefined;
}

/** Is the whole event in the body? */
export function isStructured(contentType: string): boolean {
  return contentType.toLowerCase().startsWith('application/cloudevents');
}

const attributes = ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'partitionkey', 'data'];

/** Reads a CloudEvent in JSON; what it lacks is as `made` says. */
export function structuredEvent(content: Buffer, made: Made): Structured {
  const failed = (malformed: string): Structured => ({
    envelope: { ...made, key: undefined, body: content },
    malformed,
  });
  if (!/^application\/cloudevents\+json\b/i.test(made.contentType))
    return failed(`a CloudEvent as ${made.contentType} cannot be read`);
  let event: unknown;
  try {
    event = JSON.parse(content.toString('utf8'));
  } catch {
    return failed('the CloudEvent is not JSON');
  }
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return failed('the CloudEvent is not an object');
  return read(event as Record<string, unknown>, made, content);
}

function read(event: Record<string, unknown>, made: Made, content: Buffer): Structured {
  const text = (name: string): string | undefined => textOf(Object.hasOwn(event, name) ? event[name] : undefined);
  const [id, type, source] = [text('id'), text('type'), text('source')];
  const missing = Object.entries({ id, type, source }).filter(([, value]) => value === undefined || value === '');
  const envelope = {
    id: id ?? made.id,
    type: type ?? made.type,
    source: source ?? made.source,
    time: text('time') ?? made.time,
    key: text('partitionkey'),
    contentType: text('datacontenttype') ?? 'application/json',
    headers: { ...made.headers, ...extensions(event) },
    body: dataOf(event),
  };
  if (missing.length === 0) return { envelope, malformed: undefined };
  const names = missing.map(([name]) => name).join(', ');
  return { envelope: { ...envelope, body: content }, malformed: `the CloudEvent lacks ${names}` };
}

/** What is no attribute of the core, like traceparent. Their names are lower-case letters and digits. */
function extensions(event: Record<string, unknown>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(event)) {
    const value = textOf(event[name]);
    if (value !== undefined && /^[a-z0-9]{1,64}$/.test(name) && !attributes.includes(name)) found[name] = value;
  }
  return found;
}

function dataOf(event: Record<string, unknown>): Buffer {
  if (typeof event['data_base64'] === 'string') return Buffer.from(event['data_base64'], 'base64');
  const { data } = event;
  if (data === undefined) return Buffer.alloc(0);
  const type = textOf(event['datacontenttype']) ?? 'application/json';
  // A text of another type than JSON is the data itself.
  if (typeof data === 'string' && !/[/+]json\b/i.test(type)) return Buffer.from(data);
  return Buffer.from(JSON.stringify(data));
}

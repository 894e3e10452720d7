import { type JsonObject, type Rule, check, eachOf, listOf, object, oneOf, optional, text, whole } from './check-json';

const hex = (digits: number): Rule => text(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const nanos = text(/^[1-9]\d{18}$/);
const int64 = text(/^-?\d{1,19}$/);

const anyValue: Rule = (value, at) => {
  const keys = Object.keys(value as object);
  if (keys.length > 1) throw new Error(`${at}: one of the kinds, got ${keys.join()}`);
  const kinds: Record<string, Rule> = {
    stringValue: text(/^/),
    boolValue: oneOf(true, false),
    intValue: int64,
    doubleValue: (double, where) => {
      if (typeof double !== 'number' && !['NaN', 'Infinity', '-Infinity'].includes(double as string)) {
        throw new Error(`${where}: a number or NaN, Infinity, -Infinity`);
      }
    },
    arrayValue: object({ values: listOf(anyValue) }),
  };
  for (const key of keys) {
    const rule = kinds[key];
    if (rule === undefined) throw new Error(`${at}: unknown kind ${key}`);
    rule((value as JsonObject)[key], `${at}.${key}`);
  }
};

const attributes: Rule = (value, at) => {
  listOf(object({ key: text(/./), value: anyValue }))(value, at);
  const keys = (value as { key: string }[]).map(({ key }) => key);
  if (new Set(keys).size !== keys.length) throw new Error(`${at}: keys must be unique`);
};

const span = object({
  traceId: hex(32),
  spanId: hex(16),
  traceState: optional(text(/^[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*$/)),
  parentSpanId: optional(hex(16)),
  flags: whole(0, 0x3ff),
  name: text(/./),
  kind: oneOf(1, 2, 3, 4, 5),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: whole(0, 2 ** 32 - 1),
  events: optional(
    listOf(object({ timeUnixNano: nanos, name: text(/./), attributes, droppedAttributesCount: whole(0, 2 ** 32 - 1) })),
  ),
  droppedEventsCount: whole(0, 2 ** 32 - 1),
  links: optional(
    listOf(
      object({
        traceId: hex(32),
        spanId: hex(16),
        traceState: optional(text(/=/)),
        attributes,
        droppedAttributesCount: whole(0, 2 ** 32 - 1),
        flags: whole(0, 0x3ff),
      }),
    ),
  ),
  droppedLinksCount: whole(0, 2 ** 32 - 1),
  status: object({ code: oneOf(0, 1, 2), message: optional(text(/^/)) }),
});

const request = object({
  resourceSpans: eachOf(
    object({
      resource: object({ attributes }),
      scopeSpans: eachOf(
        object({ scope: object({ name: text(/./), version: optional(text(/./)) }), spans: eachOf(span) }),
      ),
    }),
  ),
});

export interface OtlpSpan extends JsonObject {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
}

/** Checks every field of an ExportTraceServiceRequest and gives its spans; throws at the first that is wrong. */
export function checkOtlp(body: string): { resource: JsonObject; scopes: JsonObject[]; spans: OtlpSpan[] } {
  const parsed = check(body, request) as {
    resourceSpans: [{ resource: { attributes: KeyValue[] }; scopeSpans: { scope: JsonObject; spans: OtlpSpan[] }[] }];
  };
  const [group] = parsed.resourceSpans;
  for (const one of group.scopeSpans.flatMap((scope) => scope.spans)) {
    if (BigInt(one.startTimeUnixNano as string) > BigInt(one.endTimeUnixNano as string)) {
      throw new Error(`${one.name} ends before it begins`);
    }
  }
  return {
    resource: attributesOf(group.resource.attributes),
    scopes: group.scopeSpans.map(({ scope }) => scope),
    spans: group.scopeSpans.flatMap(({ spans }) => spans),
  };
}

interface KeyValue {
  readonly key: string;
  readonly value: JsonObject;
}

/** Attributes by key, each as its kind and value: `['intValue', '7']`. Text values as they are. */
export function attributesOf(list: unknown): JsonObject {
  return Object.fromEntries(
    (list as KeyValue[]).map(
      ({ key, value }) => ['stringValue' in value ? [key, value.stringValue] : [key, value]][0] ?? [],
    ),
  );
}

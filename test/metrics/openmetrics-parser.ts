/** One sample of the page. */
export interface ParsedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
  exemplar?: { labels: Record<string, string>; value: number; timestamp: number | undefined };
}

/** One family of the page. */
export interface ParsedFamily {
  type: string;
  help: string | undefined;
  samples: ParsedSample[];
}

const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  unknown: [''],
};
const familyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelsPart = /^\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"(?:,(?!\}))?)*)\}/;
const labelPart = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[n"\\])*)"/g;
const number = /^(?:[+-]?Inf|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** Reads OpenMetrics 1.0 text and throws at the first thing that the specification does not allow. */
export function parseOpenMetrics(body: string): Map<string, ParsedFamily> {
  if (!body.endsWith('\n# EOF\n')) throw new Error('must end with # EOF');
  const lines = body.slice(0, -'# EOF\n'.length - 1).split('\n');
  const families = new Map<string, ParsedFamily>();
  let current: [string, ParsedFamily] | undefined;
  const seen = new Set<string>();
  for (const line of lines) {
    if (line.startsWith('# ')) {
      current = readMetadata(line, families, current);
      continue;
    }
    if (current === undefined) throw new Error(`a sample before any TYPE: ${line}`);
    const sample = readSample(line, current[0], current[1].type);
    const identity = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (seen.has(identity)) throw new Error(`the same series twice: ${identity}`);
    seen.add(identity);
    current[1].samples.push(sample);
  }
  refuseClashes(families);
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}

function readMetadata(
  line: string,
  families: Map<string, ParsedFamily>,
  current: [string, ParsedFamily] | undefined,
): [string, ParsedFamily] {
  const [, kind, name = '', rest = ''] = /^# (TYPE|HELP) (\S+) (.*)$/.exec(line) ?? [];
  if (kind === undefined || !familyName.test(name)) throw new Error(`malformed: ${line}`);
  if (kind === 'HELP') {
    if (current?.[0] !== name || current[1].samples.length > 0) throw new Error(`HELP in the wrong place: ${line}`);
    if (!/^(?:[^"\\]|\\[n"\\])*$/.test(rest)) throw new Error(`HELP not escaped: ${line}`);
    current[1].help = rest;
    return current;
  }
  if (families.has(name)) throw new Error(`TYPE twice: ${name}`);
  if (!Object.hasOwn(suffixes, rest)) throw new Error(`unknown type: ${line}`);
  if (rest === 'counter' && name.endsWith('_total')) throw new Error(`a counter's family has no _total: ${name}`);
  const family = { type: rest, help: undefined, samples: [] };
  families.set(name, family);
  return [name, family];
}

function readSample(line: string, family: string, type: string): ParsedSample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? '';
  if (!(suffixes[type] ?? []).some((suffix) => name === family + suffix)) {
    throw new Error(`${name} is no sample of the ${type} ${family}`);
  }
  const [labels, afterLabels] = readLabels(line.slice(name.length));
  const [, value = '', exemplarText] = /^ (\S+)(?: # (.+))?$/.exec(afterLabels) ?? [];
  if (!number.test(value)) throw new Error(`malformed value: ${line}`);
  const sample: ParsedSample = { name, labels, value: toNumber(value) };
  if (type === 'counter' && !(sample.value >= 0)) throw new Error(`a counter below zero: ${line}`);
  if (exemplarText === undefined) return sample;
  if (!name.endsWith('_bucket') && type !== 'counter') throw new Error(`no exemplar belongs here: ${line}`);
  return { ...sample, exemplar: readExemplar(exemplarText) };
}

function readExemplar(text: string): NonNullable<ParsedSample['exemplar']> {
  const [labels, rest] = readLabels(text);
  if (!text.startsWith('{')) throw new Error(`an exemplar needs labels: ${text}`);
  if (Object.entries(labels).flat().join('').length > 128)
    throw new Error(`an exemplar's labels are too long: ${text}`);
  const [, value = '', timestamp] = /^ (\S+)(?: (\S+))?$/.exec(rest) ?? [];
  if (!number.test(value) || (timestamp !== undefined && !/^\d+(\.\d+)?$/.test(timestamp))) {
    throw new Error(`malformed exemplar: ${text}`);
  }
  return { labels, value: toNumber(value), timestamp: timestamp === undefined ? undefined : Number(timestamp) };
}

function readLabels(text: string): [Record<string, string>, string] {
  if (!text.startsWith('{')) return [{}, text];
  const match = labelsPart.exec(text);
  if (match === null) throw new Error(`malformed labels: ${text}`);
  const labels: Record<string, string> = {};
  for (const [, name = '', value = ''] of (match[1] ?? '').matchAll(labelPart)) {
    if (Object.hasOwn(labels, name)) throw new Error(`a label twice: ${text}`);
    labels[name] = value.replace(/\\([n"\\])/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
  return [labels, text.slice(match[0].length)];
}

function toNumber(text: string): number {
  return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

function refuseClashes(families: Map<string, ParsedFamily>): void {
  for (const [name, { type }] of families) {
    for (const suffix of suffixes[type] ?? []) {
      if (suffix !== '' && families.has(name + suffix)) throw new Error(`${name} and ${name + suffix} clash`);
    }
  }
}

function checkHistogram(name: string, family: ParsedFamily): void {
  const groups = new Map<string, ParsedSample[]>();
  for (const sample of family.samples) {
    const { le: _, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const samples of groups.values()) checkSeries(name, samples);
}

function checkSeries(name: string, samples: ParsedSample[]): void {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  let bound = -Infinity;
  let below = 0;
  for (const { labels, value, exemplar } of buckets) {
    const le = toNumber(labels['le'] ?? 'none');
    if (!(le > bound) || value < below) throw new Error(`buckets of ${name} do not ascend at ${labels['le']}`);
    if (exemplar !== undefined && !(exemplar.value > bound && exemplar.value <= le)) {
      throw new Error(`an exemplar of ${name} is in the wrong bucket`);
    }
    bound = le;
    below = value;
  }
  if (bound !== Infinity) throw new Error(`${name} has no +Inf bucket`);
  const count = samples.find((sample) => sample.name === `${name}_count`)?.value;
  const sum = samples.find((sample) => sample.name === `${name}_sum`)?.value;
  if ((count === undefined) !== (sum === undefined)) throw new Error(`${name} needs both sum and count, or neither`);
  if (count !== undefined && count !== below) throw new Error(`the count of ${name} is not that of its +Inf bucket`);
  const negative = toNumber(buckets[0]?.labels['le'] ?? '0') < 0;
  if (negative && sum !== undefined) throw new Error(`${name} has negative buckets and must not have a sum`);
}

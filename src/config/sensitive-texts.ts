import { createRedactor } from '../core';
import { type KnownSettings } from './known-settings';
import { type Snapshot } from './snapshot';

/** All texts inside sensitive values, in force or not; the passwords in URLs and the secret parts of connection strings too, decoded as well. */
export function sensitiveTexts(known: KnownSettings, { values, entries }: Snapshot): readonly string[] {
  const found = new Texts();
  for (const { key, sensitive } of known.settings.values()) {
    if (!sensitive) continue;
    found.collect(values.get(key));
    for (const { raw } of entries.get(key) ?? []) found.collect(raw);
  }
  return [...found.all];
}

class Texts {
  readonly all = new Set<string>();
  readonly #redactor = createRedactor();

  collect(value: unknown): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number' || typeof value === 'bigint') this.all.add(String(value));
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) this.collect(item);
  }

  #text(text: string): void {
    if (text !== '') this.all.add(text);
    if (URL.canParse(text)) this.#part(new URL(text).password);
    // `Password=x;`, `?api_key=x&` and `authorization=Bearer%20x,`: alone, too, these parts must not be seen.
    for (const pair of text.split(/[\s;,?&]+/)) {
      const equals = pair.indexOf('=');
      if (equals > 0 && this.#redactor.isSecretKey(pair.slice(0, equals))) this.#pairValue(pair.slice(equals + 1));
    }
  }

  #pairValue(value: string): void {
    this.#part(value.replace(/^(["'])(.*)\1$/, '$2'));
    const [, credential = ''] = /^[A-Za-z]+ +(\S+)$/.exec(decoded(value)) ?? [];
    this.#part(credential);
  }

  #part(text: string): void {
    if (text === '') return;
    this.all.add(text);
    this.all.add(decoded(text));
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

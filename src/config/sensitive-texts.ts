import { type KnownSettings } from './known-settings';
import { type Snapshot } from './snapshot';

/** All texts inside sensitive values, in force or not, and the passwords in URLs among them, decoded too. */
export function sensitiveTexts(known: KnownSettings, { values, entries }: Snapshot): readonly string[] {
  const found = new Set<string>();
  for (const { key, sensitive } of known.settings.values()) {
    if (!sensitive) continue;
    collect(values.get(key), found);
    for (const { raw } of entries.get(key) ?? []) collect(raw, found);
  }
  return [...found];
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') addText(value, found);
  else if (typeof value === 'number' || typeof value === 'bigint') found.add(String(value));
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item, found);
}

function addText(text: string, found: Set<string>): void {
  if (text === '') return;
  found.add(text);
  if (!URL.canParse(text)) return;
  const { password } = new URL(text);
  if (password === '') return;
  found.add(password);
  found.add(decoded(password));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

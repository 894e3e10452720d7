import { type SettingDescription } from '../config';

/** Settings as a table for a terminal: one line each, what differs from its default marked. */
export function settingsTable(settings: readonly SettingDescription[]): string {
  const rows = settings.map(({ key, value, winner, env }) => [key, shown(value), winner ?? '-', env ?? '-']);
  const head = ['SETTING', 'VALUE', 'FROM', 'ENVIRONMENT'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] as string).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] as number))
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '-');
  return text.length > 48 ? `${text.slice(0, 45)}...` : text;
}

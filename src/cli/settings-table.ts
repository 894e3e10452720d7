import { type SettingDescription } from '../config';

const widest = 48;

/** Settings as a table for a terminal: one line each, with where its value comes from. */
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
  // Line ends and escape sequences would break the table, or the terminal.
  const plain = text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return plain.length > widest ? `${plain.slice(0, widest - 3)}...` : plain;
}

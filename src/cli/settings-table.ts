import { type SettingDescription } from '../config';
import { plain, table } from './table';

const widest = 48;

/** Settings as a table for a terminal: one line each, with where its value comes from. */
export function settingsTable(settings: readonly SettingDescription[]): string {
  const rows = settings.map(({ key, type, default: fallback, value, winner, env }) => [
    key,
    type,
    shown(fallback),
    shown(value),
    winner ?? '-',
    env ?? '-',
  ]);
  return table(['SETTING', 'TYPE', 'DEFAULT', 'VALUE', 'FROM', 'ENVIRONMENT'], rows);
}

function shown(value: unknown): string {
  const text = plain(typeof value === 'string' ? value : (JSON.stringify(value) ?? '-'));
  return text.length > widest ? `${text.slice(0, widest - 3)}...` : text;
}

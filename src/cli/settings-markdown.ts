import { type SettingDescription } from '../config';
import { plain } from './table';

const head = '| setting | environment | default | takes | what it does |\n|---|---|---|---|---|\n';

/** Settings as a table for a README. No present values: they are those of one machine. */
export function settingsMarkdown(settings: readonly SettingDescription[]): string {
  return head + settings.map(row).join('');
}

function row({ key, env, default: fallback, format, doc, sensitive, required }: SettingDescription): string {
  const notes = [...(required ? ['required'] : []), ...(sensitive ? ['secret: always masked'] : [])].join(', ');
  const cells = [
    code(key),
    env === undefined ? '-' : code(env),
    fallback === undefined || fallback === null || fallback === '' ? '-' : code(textOf(fallback)),
    cell(format),
    cell(notes === '' ? doc : `${doc} (${notes})`),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As many backticks as it takes. */
function code(text: string): string {
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const space = text.includes('`') ? ' ' : '';
  return `${fence}${space}${cell(text)}${space}${fence}`;
}

function cell(text: string): string {
  return plain(text).replaceAll('|', '\\|');
}

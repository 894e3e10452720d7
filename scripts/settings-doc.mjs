// Writes docs/settings.md from the settings themselves; with --check it only says whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../docs/settings.md', import.meta.url));
// Only the names and defaults are asked for: nothing of this machine may show.
process.chdir(fileURLToPath(new URL('../docs', import.meta.url)));
for (const name of Object.keys(process.env)) delete process.env[name];
const check = process.argv.includes('--check');
process.argv.length = 2;

const { createService } = createRequire(import.meta.url)('../dist/index.js');
const settings = createService({ name: 'any', version: '0' }).config.describe();

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const shown = (value) =>
  value === null || value === undefined || value === ''
    ? '-'
    : `\`${cell(typeof value === 'string' ? value : JSON.stringify(value))}\``;
const groups = new Map();
for (const setting of settings) {
  const [group] = setting.key.split('.');
  groups.set(group, [...(groups.get(group) ?? []), setting]);
}

const lines = [
  '# Settings',
  '',
  'Every setting of the chassis, written by `npm run docs:settings`. A value may come from a file (`{"http": {"port": 8080}}`), a secret, the environment, or a flag',
  '(`--http.port=8080`): see [configuration](configuration.md). Durations are milliseconds (or text like `5s`), sizes bytes (or text like `1mb`) where the format says so.',
];
for (const [group, members] of groups) {
  lines.push(
    '',
    `## ${group}`,
    '',
    '| setting | environment | default | takes | what it does |',
    '|---|---|---|---|---|',
  );
  for (const { key, env, default: fallback, format, doc, sensitive } of members) {
    const note = sensitive ? `${doc} (secret: always masked)` : doc;
    lines.push(
      `| \`${key}\` | ${env === undefined ? '-' : `\`${env}\``} | ${shown(fallback)} | ${cell(format)} | ${cell(note)} |`,
    );
  }
}
const text = `${lines.join('\n')}\n`;

if (!check) {
  writeFileSync(page, text);
} else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/settings.md is not up to date: npm run docs:settings');
  process.exitCode = 1;
}

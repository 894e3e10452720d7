// Writes the dashboard of examples/operations, and the tables of docs/monitoring.md of dashboard and alerts; with --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { parse } from 'yaml';
import { dashboard } from './operations/dashboard.mjs';
import { rows } from './operations/panels.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (path) => readFileSync(at(path), 'utf8');
const cell = (text) => text.replaceAll('|', '\\|');

/** The metrics of an expression: names that are followed by what they are chosen by, or stand alone in brackets. */
const metricsOf = (queries) => {
  const names = queries.flatMap(
    ([expr]) =>
      expr
        .replace(/\b(by|on|without) \([^)]*\)/g, '')
        .match(/\b(?:http|keelson|messaging|nodejs|process|rabbitmq|v8js)_\w+(?=[{)])/g) ?? [],
  );
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))]
    .map((name) => `\`${name}\``)
    .join(', ');
};

function panelTable() {
  const lines = rows.flatMap(({ row, panels }) => [
    `| **${row}** | | |`,
    ...panels.map(({ title, asks, queries }) => `| ${title} | ${cell(asks)} | ${metricsOf(queries)} |`),
  ]);
  return ['| Panel | Question that it answers | Metric |', '| --- | --- | --- |', ...lines].join('\n');
}

/** What is between the braces is filled in by Prometheus; a reader needs the name of the label only. */
const readable = (text) =>
  cell(text.replace(/\{\{ \$labels\.(\w+) \}\}/g, '*$1*').replace(/\{\{ \$value[^}]*\}\}/g, '*n*'));

function alertTable() {
  const { groups } = parse(read('examples/operations/prometheus-rules.yaml'));
  const lines = groups
    .flatMap(({ rules }) => rules)
    .filter(({ alert }) => alert !== undefined)
    .map(
      ({ alert, for: wait = 'at once', labels, annotations }) =>
        `| [${alert}](runbook.md#${alert.toLowerCase()}) | ${labels.severity} | ${wait} | ${readable(annotations.summary)} | ${readable(annotations.action)} |`,
    );
  return ['| Alert | Severity | After | Says | Do |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

const filled = (page, name, table) =>
  page.replace(
    new RegExp(`(<!-- ${name}: .*? -->\\n)[^]*?(\\n<!-- end of ${name} -->)`),
    (_all, begin, end) => `${begin}\n${table}\n${end}`,
  );

const page = 'docs/monitoring.md';
const file = 'examples/operations/grafana-dashboard.json';
const options = await prettier.resolveConfig(at(file));
const wanted = {
  [file]: await prettier.format(dashboard(), { ...options, filepath: at(file) }),
  [page]: filled(filled(read(page), 'panels', panelTable()), 'alerts', alertTable()),
};
for (const [path, text] of Object.entries(wanted)) {
  if (!process.argv.includes('--check')) {
    writeFileSync(at(path), text);
  } else if (read(path) !== text) {
    console.error(`${path} is not up to date: npm run docs:operations`);
    process.exitCode = 1;
  }
}

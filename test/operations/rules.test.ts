import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readRules } from './support/operations';

const alerts = readRules().filter(({ alert }) => alert !== undefined);
const runbook = readFileSync(resolve(__dirname, '../../docs/runbook.md'), 'utf8');
const sections = new Set([...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name));

test('each alert says how bad it is, what it is, and what to do', () => {
  expect(alerts.length).toBeGreaterThan(30);
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, labels, annotations = {} } of alerts) {
    expect(['critical', 'warning', 'info']).toContain(labels?.['severity']);
    expect(Object.keys(annotations).sort()).toEqual(['action', 'description', 'runbook', 'summary']);
    expect({ alert, summary: annotations['summary']?.includes('{{ $labels.') }).toEqual({ alert, summary: true });
    expect(annotations['action']).toMatch(/[.?]$/);
    expect(annotations['runbook']).toBe(`docs/runbook.md#${alert?.toLowerCase()}`);
  }
});

test('the runbook has a section for each alert, and for no other', () => {
  expect([...sections].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test('links within the runbook lead somewhere', () => {
  const anchors = new Set([...sections].map((name) => name?.toLowerCase()));
  const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
});

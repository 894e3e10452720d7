import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { readDashboard, type Panel } from './support/operations';

const { panels, schemaVersion, templating } = readDashboard();
const graphs = panels.filter(({ type }) => type !== 'row');

test('the dashboard, and the tables of docs/monitoring.md, are what npm run docs:operations writes', () => {
  const script = resolve(__dirname, '../../scripts/operations-files.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});

test('Grafana 10 can import it: what it asks is asked of the data source that is chosen', () => {
  expect(schemaVersion).toBeLessThanOrEqual(38);
  expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'service', 'instance']);
  expect(new Set(graphs.map(({ datasource }) => datasource?.uid))).toEqual(new Set(['${datasource}']));
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test('each panel asks something and says what', () => {
  expect(graphs.length).toBeGreaterThan(40);
  for (const { description, targets = [] } of graphs) {
    expect(description).toMatch(/[?.]$/);
    expect(targets.length).toBeGreaterThan(0);
    expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  }
  expect(new Set(graphs.map(({ title }) => title)).size).toBe(graphs.length);
});

test('each expression is about the instances that are chosen, but those of the broker', () => {
  const all = graphs.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const selected = (expr: string): boolean => expr.includes('{job=~"$job",instance=~"$instance"');
  expect(all.filter((expr) => !selected(expr) && !expr.includes('rabbitmq_'))).toEqual([]);
  expect(all.filter((expr) => /SEL|RATE/.test(expr))).toEqual([]);
});

test('no panel lies on another, and none stands out', () => {
  const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  for (const [i, panel] of panels.entries()) {
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
    expect(panels.slice(i + 1).filter((other) => overlap(panel, other))).toEqual([]);
  }
});

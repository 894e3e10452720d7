import { spawnSync } from 'node:child_process';
import { createMetrics } from '../../src/metrics';
import { hostileMetrics } from '../metrics/fixtures';

function promtool(page: string): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

const missing = spawnSync('promtool', ['--version']).error !== undefined;
// In CI nothing is skipped: the tests run, and fail, where promtool is missing.
const check = missing && !process.env['CI'] ? test.skip : test;
const why = missing ? ' (promtool is missing: install the Debian package prometheus)' : '';

check(`promtool finds nothing to say about our own metrics${why}`, async () => {
  const metrics = createMetrics({ service: { name: 'shop', version: '1.0.0', instance: 'shop-1' } });
  metrics.start();
  const { body } = await metrics.expose(undefined);
  metrics.stop();
  expect(promtool(body)).toEqual({ status: 0, said: '' });
});

check(`promtool accepts hostile label values, infinities, exemplars and overflow${why}`, async () => {
  const metrics = await hostileMetrics();
  for (const accept of [undefined, 'application/openmetrics-text', 'text/plain']) {
    const { contentType, body } = await metrics.expose(accept);
    if (contentType.startsWith('text/plain')) expect(promtool(body)).toEqual({ status: 0, said: '' });
  }
});

check(`promtool would have complained${why}`, () => {
  expect(promtool('# HELP a_total h\n# TYPE a_total gauge\na_total 1\n').status).toBe(3);
  expect(promtool('a{b="unclosed} 1\n').status).not.toBe(0);
});

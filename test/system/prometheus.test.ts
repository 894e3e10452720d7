import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGreeter } from './support/greeter';
import { testWith } from './support/need';
import { freePort, startServer, until } from './support/server';

interface QueryAnswer {
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

testWith('prometheus', 'promtool')(
  'a real Prometheus scrapes the service, and promtool finds nothing to say',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keelson-prometheus-'));
    const greeter = await startGreeter();
    const service = `http://127.0.0.1:${greeter.port}`;
    for (const path of ['/hello/Ada', '/hello/Grace', '/fail', '/nothing/at/all'])
      await (await fetch(service + path)).text();

    const page = await (await fetch(`${service}/metrics`)).text();
    expect(() => execFileSync('promtool', ['check', 'metrics'], { input: page, stdio: 'pipe' })).not.toThrow();

    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const config = join(folder, 'prometheus.yml');
    const job = { job_name: 'greeter', static_configs: [{ targets: [`127.0.0.1:${greeter.port}`] }] };
    writeFileSync(config, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [job] }));
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const prometheus = await startServer('prometheus', args, {}, `${base}/-/ready`);
    try {
      const query = async (text: string): Promise<QueryAnswer['data']['result'] | undefined> => {
        const answer = (await (
          await fetch(`${base}/api/v1/query?query=${encodeURIComponent(text)}`)
        ).json()) as QueryAnswer;
        return answer.data.result.length === 0 ? undefined : answer.data.result;
      };
      const counts = await until(20, 'the request counts', () => query('http_server_request_duration_seconds_count'));
      const seen = new Map(
        counts.map(({ metric, value }) => [`${metric['http_route']} ${metric['http_response_status_code']}`, value[1]]),
      );
      expect(seen.get('/hello/:name 200')).toBe('2');
      expect(seen.get('/fail 409')).toBe('1');
      expect(seen.get('unmatched 404')).toBe('1');
      expect((await query('greetings_total'))?.[0]?.value[1]).toBe('2');
      expect((await query('keelson_service_info'))?.[0]?.metric).toMatchObject({
        service: 'greeter',
        version: '1.0.0',
      });
      expect((await query('up{job="greeter"}'))?.[0]?.value[1]).toBe('1');
    } finally {
      await prometheus.stop();
      greeter.child.kill('SIGINT');
      await greeter.exited;
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

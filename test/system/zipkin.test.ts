import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startGreeter } from './support/greeter';
import { testWith } from './support/need';
import { freePort, startServer, until } from './support/server';

const version = '3.6.1';
const cache = resolve(__dirname, '../../node_modules/.cache/servers');
const jar = join(cache, `zipkin-server-${version}-exec.jar`);

interface ZipkinSpan {
  id: string;
  parentId?: string;
  kind: string;
  name: string;
  timestamp: number;
  duration: number;
  localEndpoint: { serviceName: string };
  tags: Record<string, string>;
}

function download(): void {
  if (existsSync(jar)) return;
  mkdirSync(cache, { recursive: true });
  const artifact = `io.zipkin:zipkin-server:${version}:jar:exec`;
  execFileSync('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${cache}`], {
    stdio: 'inherit',
  });
}

testWith('java', 'mvn')('spans arrive in a real Zipkin server', async () => {
  download();
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const zipkin = await startServer('java', ['-Xmx256m', '-jar', jar], { QUERY_PORT: String(port) }, `${base}/health`);
  try {
    const greeter = await startGreeter({
      OTEL_TRACES_EXPORTER: 'zipkin',
      OTEL_EXPORTER_ZIPKIN_ENDPOINT: `${base}/api/v2/spans`,
    });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const parentId = '00f067aa0ba902b7';
    const headers = { traceparent: `00-${traceId}-${parentId}-01`, 'user-agent': 'a caller' };
    for (const path of ['/hello/Ada', '/fail'])
      await (await fetch(`http://127.0.0.1:${greeter.port}${path}`, { headers })).text();
    greeter.child.kill('SIGINT'); // what waits for export is handed over by the stop
    expect(await greeter.exited).toBe(0);

    const spans = await until(20, 'the trace in Zipkin', async () => {
      const answer = await fetch(`${base}/api/v2/trace/${traceId}`);
      const found = answer.ok ? ((await answer.json()) as ZipkinSpan[]) : [];
      return found.length === 2 ? found : undefined;
    });
    const named = new Map(spans.map((span) => [span.name, span]));
    expect([...named.keys()].sort()).toEqual(['get /fail', 'get /hello/:name']);
    for (const span of spans)
      expect(span).toMatchObject({ kind: 'SERVER', parentId, localEndpoint: { serviceName: 'greeter' } });
    const hello = named.get('get /hello/:name') as ZipkinSpan;
    expect(hello.tags).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/hello/:name',
      'http.response.status_code': '200',
      'url.path': '/hello/Ada',
      'user_agent.original': 'a caller',
    });
    expect(Math.abs(hello.timestamp / 1000 - Date.now())).toBeLessThan(60_000);
    expect(hello.duration).toBeGreaterThan(0);
  } finally {
    await zipkin.stop();
  }
});

// One service: used as its callers, its operators and Kubernetes would use it, and stopped under load.
import http from 'node:http';
import { build, check, logged, request, show, startInstance, title, wait } from './stage.mjs';

export async function firstAct() {
  const folder = build('minimal');
  const start = () => startInstance(folder, { env: { SHUTDOWN_DRAIN_DELAY_MS: '1000' } });

  title('Two instances of the example, each ten lines of service');
  const [first, second] = await Promise.all([start(), start()]);
  show(`ready on ports ${first.port} and ${second.port}`);

  title("A greeting, as part of a caller's trace");
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const greeting = await request(first.port, '/hello/Ada', {
    headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'demo-1' },
  });
  check(greeting.status === 200, 'the greeting');
  show(`GET /hello/Ada -> ${greeting.status} ${greeting.body}`);
  const line = await logged(first, (one) => one.message === 'greeting' && one.requestId === 'demo-1');
  check(line.traceId === traceId, 'the trace id in the log line');
  show(
    `its log line: ${JSON.stringify({ level: line.level, message: line.message, traceId: line.traceId, requestId: line.requestId, visitor: line.visitor })}`,
  );

  title('Probes and health');
  for (const path of ['/livez', '/readyz', '/startupz', '/health']) {
    const { status, body } = await request(first.port, path);
    check(status === 200, path);
    show(`GET ${path} -> ${status} ${body}`);
  }

  title('A metric');
  const metrics = (await request(first.port, '/metrics')).body.split('\n');
  const count = metrics.find(
    (text) => text.startsWith('http_server_request_duration_seconds_count') && text.includes('/hello/:name'),
  );
  check(count !== undefined, 'the metric of the route');
  show(count);

  title('An error, as problem+json');
  for (const path of ['/fail', '/nothing/here']) {
    const { status, headers, body } = await request(first.port, path);
    check(status >= 400 && headers['content-type'] === 'application/problem+json', path);
    const { code, detail } = JSON.parse(body);
    show(`GET ${path} -> ${status} ${JSON.stringify({ code, detail })}`);
  }

  title('SIGTERM under load: 32 clients, the first instance is told to stop');
  const tally = { requests: 0, failed: 0, moved: 0 };
  let over = false;
  const clients = Array.from({ length: 32 }, () => client([first, second], () => over, tally));
  await wait(1000);
  const before = tally.requests;
  first.child.kill('SIGTERM');
  await wait(200);
  const draining = await request(first.port, '/readyz');
  check(draining.status === 503, 'readiness while draining');
  show(`GET /readyz on it -> ${draining.status}, while it still serves`);
  const [code] = await first.exited;
  await wait(500);
  over = true;
  await Promise.all(clients);
  show(
    `${before} requests before the signal, ${tally.requests - before} after it; ${tally.moved} times a client moved; ${tally.failed} failed; exit code ${code}`,
  );
  check(tally.failed === 0 && code === 0, 'the stop under load');

  second.child.kill('SIGINT');
  const [secondCode] = await second.exited;
  check(secondCode === 0, 'the end of the second instance');
}

/** A client that keeps one connection and goes to the other instance when an answer says `Connection: close`. */
async function client(instances, until, tally) {
  let at = Math.floor(Math.random() * 2);
  let agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (!until()) {
    try {
      const { status, headers } = await request(instances[at].port, '/hello/Ada', { agent });
      tally.requests += 1;
      if (status !== 200) tally.failed += 1;
      if (headers.connection === 'close') {
        agent.destroy();
        agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        at = 1 - at;
        tally.moved += 1;
      }
    } catch {
      tally.failed += 1;
    }
  }
  agent.destroy();
}

import { createHttp, type AccessLine } from '../../src/http';

test('quick', async () => {
  const lines: AccessLine[] = [];
  const http = createHttp({
    options: { port: 0, host: '127.0.0.1' },
    operations: [{ method: 'GET', path: '/livez', handle: () => ({ status: 200, body: '{}' }) }],
    accessLog: (l) => lines.push(l),
  });
  http.app.get('/hello/:name', (req, res) => {
    res.json({ hi: req.params.name });
  });
  http.app.post('/x', (req, res) => {
    res.json(req.body);
  });
  const { port } = await http.listen();
  const u = `http://127.0.0.1:${port}`;
  console.log((await fetch(u + '/hello/a')).status);
  http.open();
  for (const p of ['/hello/a', '/livez', '/none', '/hello/%', '/hello/%ff'])
    console.log(p, await fetch(u + p).then(async (r) => [r.status, await r.text(), Object.fromEntries(r.headers)]));
  for (const [b, t] of [['{"a":1}', 'application/json'], ['{"a', 'application/json'], ['x', 'text/plain'], ['{"__proto__":1}', 'application/json'], ['"' + 'x'.repeat(2e5) + '"', 'application/json']])
    console.log(b!.slice(0, 10), await fetch(u + '/x', { method: 'POST', body: b, headers: { 'content-type': t! } }).then(async (r) => [r.status, await r.text()]));
  http.drain();
  await http.close(AbortSignal.timeout(1000));
  console.log(lines);
});

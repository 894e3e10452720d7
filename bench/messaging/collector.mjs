// Takes spans and throws them away, in the process that measures nothing.
import http from 'node:http';

export async function startCollector() {
  const server = http.createServer((req, res) => {
    req.resume().once('end', () => res.setHeader('content-type', 'application/json').end('{}'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

'use strict';

// A collector in a bad STATE: `slow` answers after eight seconds, `silent` never, `refusing` with 503. It reads what it is sent. A GET is answered at
// once, so that the benchmark knows when it is there.
const http = require('node:http');

const slowMs = 8_000;
const answers = {
  slow: (res) => setTimeout(() => res.end('{}'), slowMs),
  silent: () => undefined,
  refusing: (res) => res.writeHead(503).end(),
};
const answer = answers[process.env.STATE];

http
  .createServer((req, res) => {
    req.resume();
    req.on('end', () => (req.method === 'GET' ? res.end('{}') : answer(res)));
  })
  .listen(process.env.PORT, '127.0.0.1');

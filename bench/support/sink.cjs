'use strict';

// A collector that takes spans and throws them away: answers 200 to everything, and says how many requests and bytes came.
const http = require('node:http');

let batches = 0;
let bytes = 0;
http
  .createServer((req, res) => {
    if (req.method === 'GET') {
      res.end(JSON.stringify({ batches, bytes }));
      return;
    }
    batches += 1;
    req.on('data', (chunk) => (bytes += chunk.length));
    req.on('end', () => {
      res.setHeader('content-type', 'application/json');
      res.end('{}');
    });
  })
  .listen(process.env.PORT, '127.0.0.1');

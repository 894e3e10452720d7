'use strict';

// The floor: node:http alone, no concern at all.
const http = require('node:http');

http
  .createServer((req, res) => {
    const body = JSON.stringify({ message: `hello ${decodeURIComponent(req.url.slice('/hello/'.length))}` });
    res.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    });
    res.end(body);
  })
  .listen(process.env.PORT, '127.0.0.1');

'use strict';

// A collector of traces that takes what comes, and says how many spans that was.
const http = require('node:http');
const answerCalls = require('./answer-calls.cjs');

let spans = 0;
const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    const text = Buffer.concat(chunks).toString('latin1');
    for (let at = text.indexOf('"spanId"'); at >= 0; at = text.indexOf('"spanId"', at + 8)) spans += 1;
    res.setHeader('content-type', 'application/json');
    res.end('{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  answerCalls({ port: () => server.address().port, spans: () => spans });
});

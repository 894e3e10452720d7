'use strict';

/** A request as text. Fields are an object; a body gets its length and the type of JSON unless the fields say otherwise. */
function request(method, path, fields = {}, body = undefined) {
  const all =
    body === undefined ? fields : { 'content-type': 'application/json', 'content-length': body.length, ...fields };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nHost: endured\r\n${lines.join('')}\r\n${body ?? ''}`;
}

const hex = (random, digits) => {
  let text = '';
  while (text.length < digits) text += Math.floor(random() * 16).toString(16);
  return text;
};

const traceparent = (random) => `00-${hex(random, 32)}-${hex(random, 16)}-0${random() < 0.5 ? 1 : 0}`;

module.exports = { request, traceparent, hex };

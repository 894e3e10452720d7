'use strict';

// A connection that is sent bytes and takes the answers apart: cheap, because the load must not be what is measured.
const net = require('node:net');

const open = new Set();
const sweepMs = 100;
let addresses = 0;

setInterval(() => {
  const now = performance.now();
  for (const connection of open) if (connection.lateAt < now) connection.giveUp();
}, sweepMs).unref();

class Connection {
  /** Why it is of no use any more: 'closed', 'late', or the code of an error. */
  ended;
  lateAt = Infinity;
  #text = '';
  #answers = [];
  #wanted = 0;
  #heads = false;
  #resolve;

  constructor(port) {
    // Many addresses of the loopback network, or the ports of one would be used up by connections that have just been closed.
    addresses = (addresses + 1) % 200;
    this.socket = net.connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + addresses}`, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('error', (error) => this.#end(error.code));
    this.socket.on('close', () => this.#end('closed'));
    open.add(this);
  }

  /**
   * Sends bytes and resolves to the answers, `{ status, headers (text), body }`: so many as wanted, or fewer if the connection ends before.
   *
   * @param heads the answers have no bodies, because they answer HEAD
   */
  ask(bytes, { wanted = 1, limitMs = 15_000, heads = false } = {}) {
    this.#answers = [];
    this.#wanted = wanted;
    this.#heads = heads;
    this.lateAt = performance.now() + limitMs;
    this.send(bytes);
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.ended !== undefined) this.#settle();
    });
  }

  send(bytes) {
    if (this.ended === undefined) this.socket.write(bytes, 'latin1');
  }

  /** Resolves when it is connected or has failed to. */
  connected() {
    if (!this.socket.connecting) return Promise.resolve();
    return new Promise((resolve) => this.socket.once('connect', resolve).once('close', resolve));
  }

  giveUp() {
    this.#end('late');
  }

  destroy() {
    this.#end('closed');
  }

  #end(why) {
    if (this.ended === undefined) this.ended = why;
    if (why === 'closed' && this.#resolve !== undefined) this.#last();
    open.delete(this);
    this.socket.destroy();
    this.#settle();
  }

  /** An answer without a length ends with its connection. */
  #last() {
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0 || /\r\n(content-length|transfer-encoding):/i.test(this.#text.slice(0, end))) return;
    this.#answers.push(answerOf(this.#text.slice(0, end), this.#text.slice(end + 4)));
  }

  #settle() {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.lateAt = Infinity;
    resolve(this.#answers);
  }

  #read(chunk) {
    this.#text += chunk;
    while (this.#text !== '' && this.#one());
    if (this.#answers.length >= this.#wanted) this.#settle();
  }

  /** Takes one whole answer from the text. */
  #one() {
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const head = this.#text.slice(0, end);
    const status = Number(head.slice(9, 12));
    const begin = end + 4;
    if (status < 200) {
      this.#text = this.#text.slice(begin);
      return true;
    }
    let body = '';
    let next = begin;
    if (!this.#heads && status !== 204 && status !== 304) {
      const length = /\r\ncontent-length: *(\d+)/i.exec(head);
      if (length !== null) {
        next = begin + Number(length[1]);
        if (this.#text.length < next) return false;
        body = this.#text.slice(begin, next);
      } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
        const chunked = unchunk(this.#text, begin);
        if (chunked === undefined) return false;
        ({ body, next } = chunked);
      } else {
        return false;
      }
    }
    this.#text = this.#text.slice(next);
    this.#answers.push(answerOf(head, body));
    return true;
  }
}

function answerOf(head, body) {
  return { status: Number(head.slice(9, 12)), headers: head, body };
}

function unchunk(text, begin) {
  let body = '';
  for (let at = begin; ;) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = parseInt(text.slice(at, line), 16);
    at = line + 2 + size + 2;
    if (text.length < at) return undefined;
    if (size === 0) return { body, next: at };
    body += text.slice(line + 2, line + 2 + size);
  }
}

module.exports = { Connection };

import { EventEmitter } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { isKeelsonError, KeelsonError } from '../../src/core';
import { Exchange, type ExchangeHost } from '../../src/http/exchange';
import { FakeClock } from '../support/fake-clock';
import { RawClient } from '../support/raw-http';
import { RecordingLogger, RecordingSpan } from '../support/recording';
import { start, stopAll } from './support/running';

afterEach(stopAll);

class FakeSocket extends EventEmitter {
  writableLength = 0;
  destroyed = false;
  readableEnded = false;
  readonly destroy = jest.fn();
}

interface Made {
  readonly exchange: Exchange;
  readonly socket: FakeSocket;
  readonly finished: jest.Mock;
  readonly bodyMissing: jest.Mock;
  readonly span: RecordingSpan;
  readonly log: RecordingLogger;
}

function make(headers: Record<string, string> = {}): Made {
  const socket = new FakeSocket();
  const req = new IncomingMessage(socket as unknown as Socket);
  req.method = 'GET';
  req.headers = headers;
  req.complete = true;
  const res = new ServerResponse(req);
  const [finished, bodyMissing, log, span] = [
    jest.fn(),
    jest.fn(),
    new RecordingLogger(),
    new RecordingSpan('GET', true),
  ];
  const host: ExchangeHost = { log, timeoutMs: 30_000, writeStallMs: 7_000, finished, bodyMissing };
  return { exchange: new Exchange(host, req, res, '/path', span, 1_000), socket, finished, bodyMissing, log, span };
}

test('is the context, the scope and the deadline of its request', () => {
  const { exchange, span, log } = make({ 'x-request-id': 'r-1', 'keelson-timeout-ms': '500' });
  expect(exchange).toMatchObject({
    requestId: 'r-1',
    path: '/path',
    startedAt: 1_000,
    deadline: 1_500,
    expiresAt: 1_500,
  });
  expect(exchange.work).toBe(exchange);
  expect(exchange.trace).toBe(span);
  expect(exchange.traceId).toBe(span.traceId);
  expect(exchange.telemetry).toBe(span.seed);
  expect(exchange.log).toBe(log);
  expect(make().exchange.deadline).toBe(31_000);
});

test('the signal is made when it is asked for, and stays the same', () => {
  let made = 0;
  const Original = globalThis.AbortController;
  globalThis.AbortController = class extends Original {
    constructor() {
      super();
      made += 1;
    }
  };
  const { exchange } = make();
  exchange.close();
  expect(made).toBe(0);
  expect(exchange.signal).toBe(exchange.signal);
  expect(made).toBe(1);
  globalThis.AbortController = Original;
});

test('the first reason for its end is the one that counts', () => {
  const { exchange } = make();
  const { signal } = exchange;
  exchange.expire();
  exchange.cut();
  exchange.close();
  expect(isKeelsonError(signal.reason, 'DEADLINE_EXCEEDED')).toBe(true);
});

test('it ends once', () => {
  const { exchange, finished } = make();
  exchange.close();
  exchange.close();
  expect(finished).toHaveBeenCalledTimes(1);
  expect(exchange.aborted).toBe(true);
});

test('its status is that of the answer, of the client that left, or of the service that stopped', () => {
  const answered = make().exchange;
  answered.res.statusCode = 418;
  expect(answered.status).toBe(418);
  const left = make().exchange;
  left.close();
  expect(left.status).toBe(499);
  const stopped = make().exchange;
  const { destroy } = stopped.req.socket as unknown as FakeSocket;
  stopped.cut();
  stopped.close();
  expect(stopped.status).toBe(503);
  expect(destroy).toHaveBeenCalledTimes(1);
});

test('what is heavy is let go at the end: the context may outlive the request by far', () => {
  const { exchange, socket, finished } = make();
  finished.mockImplementation(({ req, res }: Exchange) => expect([req, res]).not.toContain(undefined));
  exchange.close();
  expect(finished).toHaveBeenCalledTimes(1);
  expect([exchange.req, exchange.res]).toEqual([undefined, undefined]);
  // Late calls find nothing to do.
  exchange.cut();
  exchange.expire();
  exchange.check(1_000_000);
  exchange.overrule(new KeelsonError('BAD_REQUEST', 'Bad.', { retryable: false }));
  exchange.close();
  expect([finished.mock.calls.length, socket.destroy.mock.calls.length, exchange.status]).toEqual([1, 0, 499]);
});

test('it is overruled once, and not where an answer has begun', () => {
  const { exchange } = make();
  const refusal = new KeelsonError('REQUEST_TIMEOUT', 'Slow.', { retryable: true });
  exchange.overrule(refusal);
  expect([exchange.overruled, exchange.status, exchange.signal.reason]).toEqual([true, 408, refusal]);
  exchange.overrule(new KeelsonError('BAD_REQUEST', 'Bad.', { retryable: false }));
  expect(exchange.status).toBe(408);
  const begun = make().exchange;
  begun.res.writeHead(200);
  begun.overrule(refusal);
  expect([begun.overruled, begun.status, begun.signal.aborted]).toEqual([false, 200, true]);
});

describe('at its deadline', () => {
  const late = (headers: Record<string, string>, req: object): Made => {
    const made = make(headers);
    Object.assign(made.exchange.req, req);
    made.exchange.expire();
    return made;
  };

  test('a request that is here is answered 504', () => {
    const { exchange, bodyMissing } = late({}, { complete: true });
    expect([exchange.status, exchange.signal.reason]).toMatchObject([504, { code: 'DEADLINE_EXCEEDED' }]);
    expect(bodyMissing).not.toHaveBeenCalled();
  });

  test('one whose body is still missing is answered 408, and counted', () => {
    const { exchange, bodyMissing } = late({}, { complete: false });
    expect([exchange.status, exchange.signal.reason]).toMatchObject([408, { code: 'REQUEST_TIMEOUT' }]);
    expect(bodyMissing).toHaveBeenCalledTimes(1);
  });

  test('one whose bytes wait for the handler is answered 504', () => {
    const { exchange } = make();
    exchange.req.complete = false;
    exchange.req.push('what nobody has read');
    exchange.expire();
    expect(exchange.status).toBe(504);
  });

  test('one whose caller said how long it waits is answered 504', () => {
    expect(late({ 'keelson-timeout-ms': '10' }, { complete: false }).exchange.status).toBe(504);
  });
});

describe('at each sweep', () => {
  test('output that makes no progress ends in a timeout of its socket, and not before its limit', () => {
    const { exchange, socket } = make();
    const timeout = jest.fn();
    socket.on('timeout', timeout);
    exchange.check(1_000);
    socket.writableLength = 1;
    exchange.check(1_025);
    exchange.check(8_024);
    expect(timeout).not.toHaveBeenCalled();
    exchange.check(8_025);
    expect(timeout).toHaveBeenCalledTimes(1);
  });

  test('a socket that is gone ends it', () => {
    const { exchange, socket, finished } = make();
    socket.destroyed = true;
    exchange.check(1_000);
    expect(finished).toHaveBeenCalledTimes(1);
    expect(isKeelsonError(exchange.signal.reason, 'ABORTED')).toBe(true);
  });
});

test('a client that does not read a stream is cut', async () => {
  const clock = new FakeClock();
  const { port, line, meter } = await start(
    (app) =>
      app.get('/', (_req, res) => {
        const more = (): void => {
          while (res.write('x'.repeat(100_000)));
          res.once('drain', more);
        };
        more();
      }),
    { clock, options: { writeStallMs: 1_000 } },
  );
  const client = await RawClient.open(port);
  await client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n').until('200 OK');
  client.socket.pause();
  const sweeps = setInterval(() => void clock.advance(25), 5);
  expect(await line()).toMatchObject({ status: 200, aborted: true });
  clearInterval(sweeps);
  expect(meter.counted).toEqual([{ name: 'keelson_http_connection_errors_total', labels: { reason: 'write_stall' } }]);
  client.socket.resume();
  await client.closed;
}, 10_000);

import { EventEmitter } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { endAfterBody, endSocket, hasBody, lingerBytes, lingerMs, shortLingerMs } from '../../src/http/linger';

class FakeRequest extends EventEmitter {
  complete = false;
  headers: Record<string, string> = { 'content-length': '10' };
  readonly pause = jest.fn();
  readonly resume = jest.fn();
}

interface FakeResponse {
  readonly end: jest.Mock;
  readonly write: jest.Mock;
  readonly flushHeaders: jest.Mock;
  readonly setHeader: jest.Mock;
}

function make(): { req: FakeRequest; res: FakeResponse; end: (body: string | undefined) => void } {
  const req = new FakeRequest();
  const res = { end: jest.fn(), write: jest.fn(), flushHeaders: jest.fn(), setHeader: jest.fn() };
  const end = (body: string | undefined): void =>
    endAfterBody(req as unknown as IncomingMessage, res as unknown as ServerResponse, body);
  return { req, res, end };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('where nothing more can come the answer just ends', () => {
  const complete = make();
  complete.req.complete = true;
  complete.end('body');
  const bodiless = make();
  bodiless.req.headers = {};
  bodiless.end(undefined);
  expect(complete.res.end).toHaveBeenCalledWith('body');
  expect(bodiless.res.end).toHaveBeenCalledWith(undefined);
  expect(complete.res.setHeader).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

test.each<[string, (req: FakeRequest) => void]>([
  ['the body has come', (req) => req.emit('end')],
  ['the client is gone', (req) => req.emit('close')],
  ['time is up', () => jest.advanceTimersByTime(lingerMs)],
])('the answer is written at once, and ends when %s', (_when, happen) => {
  const { req, res, end } = make();
  end('body');
  expect(res.setHeader).toHaveBeenCalledWith('connection', 'close');
  expect(res.write).toHaveBeenCalledWith('body');
  expect(req.resume).toHaveBeenCalledTimes(1);
  req.emit('data', Buffer.alloc(lingerBytes - 1));
  jest.advanceTimersByTime(lingerMs - 1);
  expect(res.end).not.toHaveBeenCalled();
  happen(req);
  expect(res.end).toHaveBeenCalledTimes(1);
  expect(req.pause).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
  expect(req.eventNames()).toEqual([]);
});

test('enough thrown away, no more is read, and the answer has the rest of the time to be read', () => {
  const { req, res, end } = make();
  end('body');
  req.emit('data', Buffer.alloc(lingerBytes));
  expect(req.pause).toHaveBeenCalledTimes(1);
  expect(req.listenerCount('data')).toBe(0);
  jest.advanceTimersByTime(lingerMs - 1);
  expect(res.end).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(res.end).toHaveBeenCalledTimes(1);
  expect(req.eventNames()).toEqual([]);
});

test('the wait may be shorter', () => {
  const { req, res } = make();
  endAfterBody(req as unknown as IncomingMessage, res as unknown as ServerResponse, 'body', shortLingerMs);
  jest.advanceTimersByTime(shortLingerMs - 1);
  expect(res.end).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(res.end).toHaveBeenCalledTimes(1);
});

test('the head alone goes out at once where there is no body', () => {
  const { res, end } = make();
  end(undefined);
  expect(res.flushHeaders).toHaveBeenCalledTimes(1);
  expect(res.write).not.toHaveBeenCalled();
});

test('it is the response’s own end that is called, whatever became of it', () => {
  const { req, res, end } = make();
  const own = res.end;
  end('body');
  Object.assign(res, { end: jest.fn() });
  req.emit('end');
  expect(own).toHaveBeenCalledTimes(1);
});

test('a socket has its last word, and a second to bring it home', () => {
  const socket = Object.assign(new EventEmitter(), { end: jest.fn(), destroy: jest.fn() });
  endSocket(socket as unknown as Socket, 'word');
  expect(socket.end).toHaveBeenCalledWith('word');
  jest.advanceTimersByTime(lingerMs);
  expect(socket.destroy).toHaveBeenCalledTimes(1);
  const other = Object.assign(new EventEmitter(), { end: jest.fn(), destroy: jest.fn() });
  endSocket(other as unknown as Socket, 'word');
  other.emit('close');
  expect(jest.getTimerCount()).toBe(0);
});

test.each([
  [{}, false],
  [{ 'content-length': '0' }, false],
  [{ 'content-length': '1' }, true],
  [{ 'transfer-encoding': 'chunked' }, true],
])('a request with %p has a body: %p', (headers, has) => {
  expect(hasBody({ headers } as unknown as IncomingMessage)).toBe(has);
});

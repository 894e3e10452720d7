import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Farewell } from '../../src/http/farewell';
import { currentScope, type WorkContext } from '../../src/core';
import { FakeClock } from '../support/fake-clock';
import { RawClient } from '../support/raw-http';
import { gate, start, stopAll } from './support/running';

afterEach(stopAll);

interface Fake {
  readonly res: ServerResponse;
  readonly probes: () => number;
  readonly socket: { writable: boolean; bytesWritten: number; writableLength: number; destroy: jest.Mock };
  readonly state: { headersSent: boolean; socket: unknown; req: Partial<IncomingMessage> };
}

function fake(httpVersion = '1.1'): Fake {
  const socket = { writable: true, bytesWritten: 0, writableLength: 0, destroy: jest.fn() };
  const writeProcessing = jest.fn();
  const state = { headersSent: false, socket, req: { httpVersion }, writeProcessing };
  return { res: state as unknown as ServerResponse, probes: () => writeProcessing.mock.calls.length, socket, state };
}

describe('before an answer has begun', () => {
  test('it asks, at growing intervals', () => {
    const { res, probes } = fake();
    const farewell = new Farewell(0);
    const asked: number[] = [];
    for (let now = 0; now <= 3_000; now += 25) {
      const before = probes();
      farewell.check(res, now);
      if (probes() > before) asked.push(now);
    }
    expect(asked).toEqual([100, 300, 700, 1_500]);
  });

  test('it does not ask a client of HTTP/1.0, which would not understand', () => {
    const { res, probes } = fake('1.0');
    new Farewell(0).check(res, 10_000);
    expect(probes()).toBe(0);
  });

  test('it waits until it is the response’s turn, and leaves a closing socket alone', () => {
    const waiting = fake();
    waiting.state.socket = null;
    const closing = fake();
    closing.socket.writable = false;
    for (const { res, probes } of [waiting, closing]) {
      new Farewell(0).check(res, 10_000);
      expect(probes()).toBe(0);
    }
  });
});

describe('in the middle of an answer', () => {
  test('one that makes progress goes on', () => {
    const { res, socket, state, probes } = fake();
    state.headersSent = true;
    const farewell = new Farewell(0);
    for (let now = 0; now < 60_000; now += 4_000) {
      socket.bytesWritten += 1;
      farewell.check(res, now);
    }
    expect(socket.destroy).not.toHaveBeenCalled();
    expect(probes()).toBe(0);
  });

  test('one that waits for its reader is the affair of the write-stall limit', () => {
    const { res, socket, state } = fake();
    state.headersSent = true;
    socket.writableLength = 1_000;
    const farewell = new Farewell(0);
    for (let now = 0; now < 60_000; now += 4_000) farewell.check(res, now);
    expect(socket.destroy).not.toHaveBeenCalled();
  });

  test('one that stands still for five seconds has nobody who reads it', () => {
    const { res, socket, state } = fake();
    state.headersSent = true;
    const farewell = new Farewell(0);
    farewell.check(res, 1_000);
    farewell.check(res, 5_999);
    expect(socket.destroy).not.toHaveBeenCalled();
    farewell.check(res, 6_000);
    expect(socket.destroy).toHaveBeenCalledTimes(1);
  });
});

test('an event stream whose client closed is ended', async () => {
  const clock = new FakeClock();
  const gone = gate();
  const { port, line } = await start(
    (app) =>
      app.get('/events', (_req, res) => {
        const { signal } = currentScope()?.work as WorkContext;
        void once(signal, 'abort').then(() => gone.open());
        res.type('text/event-stream').write('data: 1\n\n');
      }),
    { clock },
  );
  const client = await RawClient.open(port);
  await client.send('GET /events HTTP/1.1\r\nHost: x\r\n\r\n').until('data: 1');
  client.destroy();
  const sweeps = setInterval(() => void clock.advance(25), 1);
  await gone.promise;
  clearInterval(sweeps);
  expect(await line()).toMatchObject({ status: 200, aborted: true });
});

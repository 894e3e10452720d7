import { createServer } from 'node:net';
import { createService, type Service } from '../../src/service';
import { createTestNetwork, fakeClock, startTestService } from '../../src/testing';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const close of cleanUp.splice(0)) close();
});

type Fill = (service: Service) => void;
const factory =
  (fill: Fill) =>
  (settings: Record<string, unknown>): Service => {
    const service = createService({ name: 'tested', settings });
    fill(service);
    return service;
  };

describe('a service that leaves something open', () => {
  const leave = (): void => {
    const timer = setInterval(() => undefined, 1_234);
    cleanUp.push(() => clearInterval(timer));
  };

  test('fails the stop, with what it is and where it was made', async () => {
    const started = await startTestService(
      factory((service) =>
        service.use({
          name: 'leaky',
          start: async () => {
            leave();
            const server = createServer();
            await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
            cleanUp.push(() => server.close());
          },
        }),
      ),
    );
    const told = started.stop().catch((error: Error) => error.message);
    await expect(told).resolves.toMatch(
      /^tested has stopped, but what it opened is still open:\n {2}a timer that repeats every 1234 ms\n {6}at .*service-run\.test\.ts/,
    );
    await expect(told).resolves.toMatch(/\n {2}a server on 127\.0\.0\.1:\d+/);
    expect(started.service.state).toBe('stopped');
  });

  test.each(['request', 'message', 'background'])('is found by what it does in a %s too', async (work) => {
    const started = await startTestService(
      factory((service) => {
        service.app.get('/request', (_req, res) => {
          leave();
          res.end();
        });
        service.app.get('/background', (_req, res) => {
          service.background(leave);
          res.end();
        });
        service.app.get('/message', async (_req, res) => {
          await service.messaging.send({ name: 'leave' } as never, {});
          res.end();
        });
        service.messaging.handle({ name: 'leave' } as never, leave);
      }),
    );
    expect((await started.request(`/${work}`)).status).toBe(200);
    await expect(started.stop()).rejects.toThrow('a timer that repeats every 1234 ms');
  });

  test('passes where nobody looks', async () => {
    const started = await startTestService(
      factory((service) => service.use({ name: 'leaky', start: leave })),
      { leakCheck: false },
    );
    await started.stop();
  });
});

test('what the test itself has open, and other services, is not the service’s', async () => {
  const network = createTestNetwork();
  const open = (service: Service): Service =>
    service.use({ name: 'timer', start: () => void setTimeout(() => undefined, 50) });
  const first = await startTestService(
    factory(() => undefined),
    { network },
  );
  await startTestService(factory(open), { network });
  const timer = setInterval(() => undefined, 1_000);
  cleanUp.push(() => clearInterval(timer));
  await first.stop();
  await network.stop();
});

test('a stop that is not clean fails, with what was logged of it', async () => {
  const started = await startTestService(
    factory((service) => {
      service.use({
        name: 'broken',
        stop: () => {
          throw new Error('cannot close');
        },
      });
    }),
  );
  const first = started.stop();
  await expect(first).rejects.toThrow(/^tested did not stop cleanly:\n {2}.*cannot close/);
  expect(started.stop()).toBe(first);
});

test('a handler that waits for a time that stands still does not hold the stop up', async () => {
  const clock = fakeClock();
  const started = await startTestService(
    factory((service) => {
      service.background(() => new Promise((resolve) => void clock.after(500, resolve, true)));
    }),
    { clock },
  );
  await started.stop();
  expect(clock.timers).toBe(0);
});

test('start and stop have a limit', async () => {
  const hangs = (): Promise<void> => new Promise(() => undefined);
  const options = { limitMs: 50, settings: { shutdown: { timeoutMs: 100 } } };
  await expect(
    startTestService(
      factory((service) => void service.use({ name: 'a', start: hangs })),
      options,
    ),
  ).rejects.toThrow('Waited 50 ms in vain for tested to start.');
  const started = await startTestService(
    factory((service) => void service.use({ name: 'b', stop: hangs })),
    options,
  );
  await expect(started.stop()).rejects.toThrow('Waited 50 ms in vain for tested to stop.');
});

test('a start that fails leaves nothing on the network', async () => {
  const network = createTestNetwork();
  const fails = factory((service) => {
    service.use({ name: 'a', start: () => Promise.reject(new Error('no database')) });
  });
  await expect(startTestService(fails, { network })).rejects.toThrow('no database');
  await network.stop();
});

test('what the factory throws comes through, and a service that it did not make is refused', async () => {
  const before = createService({ name: 'tested', settings: { http: { port: 0 } } });
  await expect(startTestService(() => before)).rejects.toThrow('must make the service it returns by createService');
  expect(before.state).toBe('created');
  await expect(startTestService(factory((service) => void service.client('Not valid')))).rejects.toThrow(
    'client Not valid',
  );
});

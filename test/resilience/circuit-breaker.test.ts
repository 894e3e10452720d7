import { circuitBreaker, pipelineWith, timeout, type CircuitBreakerOptions } from '../../src/resilience';
import { FakeClock } from '../support/fake-clock';
import { codeOf, never, seeded } from './support/calls';

const boom = (): Promise<never> => Promise.reject(new Error('boom'));
const ok = (): Promise<string> => Promise.resolve('ok');

test('in a pipeline, with its defaults: 20 calls, half of them failed, 30 s', async () => {
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock' });
  const run = pipelineWith({ clock }, breaker);
  for (let i = 0; i < 9; i += 1) await codeOf(run(boom));
  for (let i = 0; i < 10; i += 1) await run(ok);
  expect(breaker.state).toBe('closed');
  await codeOf(run(boom));
  expect(breaker.state).toBe('open');
  await clock.advance(29_999);
  expect(await codeOf(run(ok))).toBe('BREAKER_OPEN');
  await clock.advance(1);
  await expect(run(ok)).resolves.toBe('ok');
  expect(breaker.state).toBe('closed');
});

test('one breaker may serve several pipelines', async () => {
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock', minimumCalls: 2 });
  await codeOf(pipelineWith({ clock }, breaker)(boom));
  await codeOf(pipelineWith({ clock }, breaker)(boom));
  expect(await codeOf(pipelineWith({ clock }, timeout({ ms: 5 }), breaker)(ok))).toBe('BREAKER_OPEN');
});

test('a time limit inside makes what hangs a failure; each call is cancelled alone', async () => {
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock', minimumCalls: 3 });
  const run = pipelineWith({ clock }, breaker, timeout({ ms: 10 }));
  let aborted = 0;
  const hang = ({ signal }: { signal: AbortSignal }): Promise<never> => {
    signal.addEventListener('abort', () => (aborted += 1));
    return never();
  };
  const first = codeOf(run(hang));
  await clock.advance(5);
  const others = [codeOf(run(hang)), codeOf(run(hang))];
  await clock.advance(5);
  expect(aborted).toBe(1);
  await clock.advance(5);
  expect(aborted).toBe(3);
  expect(await Promise.all([first, ...others])).toEqual(['TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
  expect(breaker.state).toBe('open');
  expect(clock.timers).toBe(0);
});

test('a caller that goes while its probe hangs lets the next one try', async () => {
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock', minimumCalls: 1, openMs: 100 });
  const run = pipelineWith({ clock }, breaker);
  await codeOf(run(boom));
  await clock.advance(100);
  const caller = new AbortController();
  const probe = codeOf(run(never, { signal: caller.signal }));
  expect(await codeOf(run(ok))).toBe('BREAKER_OPEN');
  caller.abort();
  expect(await probe).toBe('ABORTED');
  await expect(run(ok)).resolves.toBe('ok');
  expect(breaker.state).toBe('closed');
});

test('a probe that is cut short by the deadline of its call lets the next one try', async () => {
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock', minimumCalls: 1, openMs: 100 });
  const run = pipelineWith({ clock }, breaker);
  await codeOf(run(boom));
  await clock.advance(100);
  const probe = codeOf(run(never, { deadline: clock.now() + 20 }));
  await clock.advance(20);
  expect(await probe).toBe('DEADLINE_EXCEEDED');
  expect(breaker.state).toBe('half-open');
  await run(ok);
  expect(breaker.state).toBe('closed');
});

test('forceOpen, disable, reset, and who listens', async () => {
  const breaker = circuitBreaker({ name: 'stock' });
  const seen: string[] = [];
  const end = breaker.on('change', ({ breaker: name, to }) => seen.push(`${name} ${to}`));
  breaker.forceOpen();
  expect(breaker.state).toBe('forced-open');
  breaker.disable();
  expect(breaker.state).toBe('disabled');
  breaker.reset();
  end();
  breaker.forceOpen();
  expect(seen).toEqual(['stock forced-open', 'stock disabled', 'stock closed']);
});

test('its state cannot be set, and its options are not changed', () => {
  const options: CircuitBreakerOptions = Object.freeze({ name: 'stock', threshold: 0.3 });
  const breaker = circuitBreaker(options);
  expect(() => Object.assign(breaker, { state: 'open' })).toThrow(TypeError);
  expect(options).toEqual({ name: 'stock', threshold: 0.3 });
});

test('2,000 breakers that idle hold no timer, closed or open', async () => {
  const [once, often] = [jest.spyOn(globalThis, 'setTimeout'), jest.spyOn(globalThis, 'setInterval')];
  try {
    const clock = new FakeClock();
    const breakers = Array.from({ length: 2000 }, (_, i) => circuitBreaker({ name: `b${i}`, minimumCalls: 1 }));
    for (const breaker of breakers.slice(1000)) await codeOf(pipelineWith({ clock }, breaker)(boom));
    expect(breakers.filter(({ state }) => state === 'open')).toHaveLength(1000);
    expect([once.mock.calls, often.mock.calls, clock.timers]).toEqual([[], [], 0]);
  } finally {
    once.mockRestore();
    often.mockRestore();
  }
});

test('against a plain model: 20,000 random calls, the same state after each', async () => {
  const random = seeded(7);
  const clock = new FakeClock();
  const breaker = circuitBreaker({ name: 'stock', threshold: 0.4, minimumCalls: 5, windowMs: 1000, openMs: 300 });
  const run = pipelineWith({ clock }, breaker);
  const model = { open: false, until: 0, calls: [] as { step: number; failed: boolean }[] };
  const began = { at: undefined as number | undefined };
  let opened = 0;
  for (let i = 0; i < 20_000; i += 1) {
    const pass = random() < 0.3 ? Math.floor(random() * 90) : 0;
    if (pass > 0) await clock.advance(pass);
    const failed = random() < (i % 1000 < 500 ? 0.25 : 0.5);
    const now = clock.now();
    const code = await codeOf(run(failed ? boom : ok));
    if (model.open && now < model.until) {
      expect(code).toBe('BREAKER_OPEN');
      continue;
    }
    if (model.open) {
      began.at = now;
      model.calls = [];
    }
    began.at ??= now;
    const step = Math.floor((now - began.at) / 100);
    model.calls = [...model.calls.filter((call) => call.step > step - 10), { step, failed }];
    const failures = model.calls.filter((call) => call.failed).length;
    const tooMany = model.calls.length >= 5 && failures / model.calls.length >= 0.4;
    const opens = model.open ? failed : tooMany;
    if (opens) {
      opened += 1;
      model.until = now + 300;
      began.at = undefined;
      model.calls = [];
    }
    model.open = opens;
    expect(breaker.state).toBe(opens ? 'open' : 'closed');
  }
  expect(opened).toBeGreaterThan(50);
}, 60_000);

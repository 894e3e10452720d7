import { type CircuitBreakerOptions, resolveBreaker } from '../../src/resilience/circuit-breaker-options';
import { BreakerMachine } from '../../src/resilience/circuit-breaker-machine';
import { type Call } from '../../src/resilience/call';
import { FakeClock, settle } from '../support/fake-clock';
import { RecordingLogger } from '../support/recording';
import { aCall, codeOf, failureOf, Gate, keelsonError, linesOf, never, someMetrics } from './support/calls';

const boom = new Error('boom');

class Bench {
  readonly clock = new FakeClock();
  readonly log = new RecordingLogger();
  readonly metrics = someMetrics();
  readonly machine: BreakerMachine;

  constructor(options: Partial<CircuitBreakerOptions> = {}) {
    const { log, metrics: meter } = this;
    this.machine = new BreakerMachine(
      resolveBreaker({ name: 'stock', minimumCalls: 2, openMs: 100, log, meter, ...options }),
    );
  }

  call(): Call {
    return aCall(this.clock);
  }

  run(work: () => Promise<unknown>, call = this.call()): Promise<unknown> {
    return this.machine.run(call, work);
  }

  async fail(times = 2): Promise<void> {
    for (let i = 0; i < times; i += 1) await failureOf(this.run(() => Promise.reject(boom)));
  }

  /** Open, and `openMs` have passed. */
  async due(): Promise<void> {
    await this.fail();
    await this.clock.advance(100);
  }

  outcomes(): Promise<string[]> {
    return linesOf(this.metrics, 'keelson_circuit_breaker_calls_total').then((lines) =>
      lines.map((line) => line.replace(/.*outcome="(\w+)"\} /, '$1 ')),
    );
  }
}

const ok = (): Promise<string> => Promise.resolve('ok');

test('closed: calls go through with their results, and enough failures open it', async () => {
  const bench = new Bench();
  await expect(bench.run(ok)).resolves.toBe('ok');
  await expect(bench.run(() => Promise.reject(boom))).rejects.toBe(boom);
  expect(bench.machine.state).toBe('open');
  const work = jest.fn(ok);
  expect(await failureOf(bench.run(work))).toMatchObject({
    code: 'BREAKER_OPEN',
    retryable: true,
    status: 503,
    details: { breaker: 'stock', retryAfterMs: 100 },
  });
  expect(work).not.toHaveBeenCalled();
  await bench.clock.advance(99.5);
  expect(await failureOf(bench.run(work))).toMatchObject({ details: { retryAfterMs: 1 } });
  expect(await bench.outcomes()).toEqual(['failure 1', 'rejected 2', 'success 1']);
});

test('calls that are under way do not hide that all those fail that end', async () => {
  const bench = new Bench({ minimumCalls: 4 });
  for (let i = 0; i < 100; i += 1) void bench.run(never);
  await bench.fail(3);
  expect(bench.machine.state).toBe('closed');
  await bench.fail(1);
  expect(bench.machine.state).toBe('open');
});

test('a stage that throws instead of rejecting is a failure like another', async () => {
  const bench = new Bench();
  const wrong = (): never => {
    throw boom;
  };
  await expect(bench.run(wrong)).rejects.toBe(boom);
  await expect(bench.run(wrong)).rejects.toBe(boom);
  expect(bench.machine.state).toBe('open');
  await bench.clock.advance(100);
  await expect(bench.run(wrong)).rejects.toBe(boom);
  expect(bench.machine.state).toBe('open');
});

test('half-open begins with the first call after openMs, by the clock of the call', async () => {
  const bench = new Bench();
  await bench.due();
  expect(bench.machine.state).toBe('open');
  const gate = new Gate();
  const probe = bench.run(() => gate.promise);
  expect(bench.machine.state).toBe('half-open');
  gate.open('back');
  await expect(probe).resolves.toBe('back');
  expect(bench.machine.state).toBe('closed');
  expect(bench.clock.timers).toBe(0);
});

test('exactly one of 1,000 calls tries, the others are rejected at once', async () => {
  const bench = new Bench();
  await bench.due();
  const gate = new Gate();
  const work = jest.fn(() => gate.promise);
  const codes = Array.from({ length: 1000 }, () => codeOf(bench.run(work)));
  await settle();
  expect(work).toHaveBeenCalledTimes(1);
  gate.open();
  const all = await Promise.all(codes);
  expect(all.filter((code) => code === 'BREAKER_OPEN')).toHaveLength(999);
  expect(all.filter((code) => code === 'none')).toHaveLength(1);
  expect(bench.machine.state).toBe('closed');
});

test('a probe that fails opens it for another openMs', async () => {
  const bench = new Bench();
  await bench.due();
  await bench.fail(1);
  expect(bench.machine.state).toBe('open');
  expect(await failureOf(bench.run(ok))).toMatchObject({ details: { retryAfterMs: 100 } });
  await bench.clock.advance(100);
  await bench.run(ok);
  expect(bench.machine.state).toBe('closed');
});

test('closed again, it begins with an empty window: one failure does not open it', async () => {
  const bench = new Bench({ minimumCalls: 3 });
  await bench.fail(3);
  await bench.clock.advance(100);
  await bench.run(ok);
  await bench.fail(1);
  expect(bench.machine.state).toBe('closed');
  await bench.fail(1);
  expect(bench.machine.state).toBe('open');
});

describe('a probe that says nothing gives its turn back', () => {
  test.each(['ABORTED', 'DEADLINE_EXCEEDED', 'BULKHEAD_FULL', 'RATE_LIMITED', 'NOT_FOUND'])('%s', async (code) => {
    const bench = new Bench();
    await bench.due();
    await failureOf(bench.run(() => Promise.reject(keelsonError(code))));
    expect(bench.machine.state).toBe('half-open');
    await bench.run(ok);
    expect(bench.machine.state).toBe('closed');
    expect(await bench.outcomes()).toEqual(['failure 2', 'ignored 1', 'success 1']);
  });

  test('at once when its caller goes while the work hangs; what the work answers later changes nothing', async () => {
    const bench = new Bench();
    await bench.due();
    const [gone, gate] = [bench.call(), new Gate()];
    const hanging = failureOf(bench.run(() => gate.promise, gone));
    gone.abort(keelsonError('ABORTED'));
    expect(bench.machine.state).toBe('half-open');
    const second = new Gate();
    const probe = bench.run(() => second.promise);
    gate.fail(boom);
    await hanging;
    expect(bench.machine.state).toBe('half-open');
    expect(await codeOf(bench.run(ok))).toBe('BREAKER_OPEN');
    second.open();
    await probe;
    expect(bench.machine.state).toBe('closed');
    expect(await bench.outcomes()).toEqual(['failure 2', 'ignored 1', 'rejected 1', 'success 1']);
  });

  test('a success that comes after its caller has gone does not close it', async () => {
    const bench = new Bench();
    await bench.due();
    const [gone, gate] = [bench.call(), new Gate()];
    const answered = bench.run(() => gate.promise, gone);
    gone.abort(undefined);
    gate.open('late');
    await expect(answered).resolves.toBe('late');
    expect(bench.machine.state).toBe('half-open');
  });

  test('a call that was given up before does not take the turn', async () => {
    const bench = new Bench();
    await bench.due();
    const gone = bench.call();
    gone.abort(keelsonError('DEADLINE_EXCEEDED'));
    const work = jest.fn(ok);
    expect(await codeOf(bench.run(work, gone))).toBe('DEADLINE_EXCEEDED');
    expect(work).not.toHaveBeenCalled();
    await bench.run(ok);
    expect(bench.machine.state).toBe('closed');
  });
});

test('a time limit outside of it makes a probe that hangs a failure', async () => {
  const bench = new Bench();
  await bench.due();
  const late = bench.call();
  void bench.run(never, late);
  late.abort(keelsonError('TIMEOUT'));
  expect(bench.machine.state).toBe('open');
});

test('a probe that hangs without any limit keeps the others out for openMs, not for ever', async () => {
  const bench = new Bench();
  await bench.due();
  const gate = new Gate();
  const hanging = failureOf(bench.run(() => gate.promise));
  await bench.clock.advance(99);
  expect(await codeOf(bench.run(ok))).toBe('BREAKER_OPEN');
  await bench.clock.advance(1);
  const second = new Gate();
  const probe = bench.run(() => second.promise);
  gate.fail(boom);
  await hanging;
  expect(bench.machine.state).toBe('half-open');
  second.open();
  await probe;
  expect(bench.machine.state).toBe('closed');
});

test('the listener of a probe is removed', async () => {
  const bench = new Bench();
  await bench.due();
  const call = bench.call();
  const add = jest.spyOn(call.signal, 'addEventListener');
  const remove = jest.spyOn(call.signal, 'removeEventListener');
  await bench.run(ok, call);
  expect(add).toHaveBeenCalledTimes(1);
  expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
});

describe('a late result of an earlier stretch changes nothing', () => {
  test('failures that began before it opened, and end after it closed', async () => {
    const bench = new Bench();
    const gates = Array.from({ length: 50 }, () => new Gate());
    const late = gates.map((gate) => failureOf(bench.run(() => gate.promise)));
    await bench.due();
    await bench.run(ok);
    for (const gate of gates) gate.fail(boom);
    await Promise.all(late);
    expect(bench.machine.state).toBe('closed');
  });

  test('a success that began before it opened does not close it while it is open or half-open', async () => {
    const bench = new Bench();
    const [first, second] = [new Gate(), new Gate()];
    const one = bench.run(() => first.promise);
    const two = bench.run(() => second.promise);
    await bench.fail();
    first.open();
    await one;
    expect(bench.machine.state).toBe('open');
    await bench.clock.advance(100);
    const probe = new Gate();
    const third = bench.run(() => probe.promise);
    second.open();
    await two;
    expect(bench.machine.state).toBe('half-open');
    probe.open();
    await third;
  });

  test('a probe that began before a reset', async () => {
    const bench = new Bench();
    await bench.due();
    const gate = new Gate();
    const probe = failureOf(bench.run(() => gate.promise));
    bench.machine.reset();
    expect(bench.machine.state).toBe('closed');
    gate.fail(boom);
    await probe;
    expect(bench.machine.state).toBe('closed');
  });
});

test('an aborted call is neither success nor failure', async () => {
  const bench = new Bench();
  for (let i = 0; i < 50; i += 1) {
    const gone = bench.call();
    const failed = failureOf(bench.run(() => Promise.reject(boom), gone));
    gone.abort(keelsonError('ABORTED'));
    await failed;
  }
  await bench.fail(1);
  expect(bench.machine.state).toBe('closed');
  await bench.fail(1);
  expect(bench.machine.state).toBe('open');
  expect(bench.log.lines[0]?.fields).toMatchObject({ calls: 2, failures: 2 });
});

test('slow answers open it, and reach their callers all the same', async () => {
  const bench = new Bench({ slowCallMs: 10 });
  for (let i = 0; i < 2; i += 1) {
    const gate = new Gate();
    const run = bench.run(() => gate.promise);
    await bench.clock.advance(11);
    gate.open(i);
    await expect(run).resolves.toBe(i);
  }
  expect(bench.machine.state).toBe('open');
  expect(await bench.outcomes()).toEqual(['slow 2']);
});

test('forced open: nothing goes through, however long, until it is reset', async () => {
  const bench = new Bench();
  bench.machine.set('forced-open');
  await bench.clock.advance(1_000_000);
  expect(await failureOf(bench.run(ok))).toMatchObject({
    message: 'The circuit breaker "stock" is forced-open.',
    details: { breaker: 'stock' },
  });
  bench.machine.reset();
  await expect(bench.run(ok)).resolves.toBe('ok');
});

test('disabled: everything goes through and nothing opens it', async () => {
  const bench = new Bench();
  await bench.fail();
  bench.machine.set('disabled');
  await bench.fail(100);
  expect(bench.machine.state).toBe('disabled');
  expect(await bench.outcomes()).toEqual(['failure 102']);
  bench.machine.reset();
  await bench.fail(1);
  expect(bench.machine.state).toBe('closed');
});

test('reset forgets what was counted', async () => {
  const bench = new Bench();
  await bench.fail(1);
  bench.machine.reset();
  await bench.fail(1);
  expect(bench.machine.state).toBe('closed');
  expect(bench.log.lines).toEqual([]);
});

test('each real change is one line, one count and one event', async () => {
  const bench = new Bench();
  const events: string[] = [];
  bench.machine.listeners.add('change', ({ from, to }) => events.push(`${from} ${to}`));
  await bench.due();
  await bench.fail(1);
  await bench.clock.advance(100);
  await bench.run(ok);
  bench.machine.set('forced-open');
  bench.machine.set('forced-open');
  bench.machine.reset();
  bench.machine.reset();
  expect(events).toEqual([
    'closed open',
    'open half-open',
    'half-open open',
    'open half-open',
    'half-open closed',
    'closed forced-open',
    'forced-open closed',
  ]);
  expect(
    bench.log.lines.map(({ level, fields }) => `${level} ${String(fields['from'])} ${String(fields['to'])}`),
  ).toEqual(
    events.map((event) => `${event.endsWith('open') && !event.endsWith('half-open') ? 'warn' : 'info'} ${event}`),
  );
  expect(await linesOf(bench.metrics, 'keelson_circuit_breaker_transitions_total')).toHaveLength(6);
  expect(await linesOf(bench.metrics, 'keelson_circuit_breaker_state')).toEqual([
    'keelson_circuit_breaker_state{name="stock",state="closed"} 1',
  ]);
});

test('a listener may call and reset while it is told', async () => {
  const bench = new Bench();
  const inner: Promise<string>[] = [];
  bench.machine.listeners.add('half-open', () => inner.push(codeOf(bench.run(ok))));
  bench.machine.listeners.add('open', () => bench.machine.reset());
  await bench.fail();
  expect(bench.machine.state).toBe('closed');
  const other = new Bench();
  other.machine.listeners.add('half-open', () => inner.push(codeOf(other.run(ok))));
  await other.due();
  await other.run(ok);
  expect(await Promise.all(inner)).toEqual(['BREAKER_OPEN']);
  expect(other.machine.state).toBe('closed');
});

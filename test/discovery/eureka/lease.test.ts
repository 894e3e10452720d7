import { KeelsonError } from '../../../src/core';
import { type Instance, type InstanceStatus } from '../../../src/discovery/contract';
import { type InstanceInfo, toInstanceInfo } from '../../../src/discovery/eureka/instance-info';
import { Lease, type LeaseClient } from '../../../src/discovery/eureka/lease';
import { FakeClock, settle } from '../../support/fake-clock';
import { RecordingLogger } from '../../support/recording';

const own: Instance = { id: 'a', service: 'greeter', host: 'h', port: 1, secure: false, weight: 1, metadata: {} };
const away = (): KeelsonError => new KeelsonError('CONNECTION_FAILED', 'away', { retryable: true });

/** A registry's server as a lease sees it. Keeps what it was told, answers when it is let. */
class Server implements LeaseClient {
  readonly calls: string[] = [];
  status: InstanceStatus | undefined;
  dirtyAt: string | undefined;
  /** Operations that fail, by name. */
  failing = new Set<string>();
  /** Applies the operation, and the answer is lost. */
  losing = new Set<string>();
  /** Operations that do not end before their signal aborts. */
  hanging = new Set<string>();
  running = 0;
  most = 0;

  announce = (info: InstanceInfo, signal: AbortSignal): Promise<void> =>
    this.#run('announce', info, signal, () => (this.status = info.status)).then(() => undefined);
  beat = (info: InstanceInfo, signal: AbortSignal): Promise<boolean> =>
    this.#run('beat', info, signal, () => undefined);
  tellStatus = (info: InstanceInfo, signal: AbortSignal): Promise<boolean> =>
    this.#run('status', info, signal, () => {
      if (this.status !== undefined) this.status = info.status;
    });
  forget = (info: InstanceInfo, signal: AbortSignal): Promise<boolean> =>
    this.#run('forget', info, signal, () => (this.status = undefined));

  async #run(name: string, info: InstanceInfo, signal: AbortSignal, apply: () => void): Promise<boolean> {
    this.calls.push(
      name === 'status' || name === 'announce'
        ? `${name} ${info.instanceId} ${info.status}`
        : `${name} ${info.instanceId}`,
    );
    const there = this.status !== undefined;
    this.most = Math.max(this.most, ++this.running);
    try {
      if (signal.aborted) throw new KeelsonError('ABORTED', 'cut', { retryable: false });
      if (this.failing.has(name)) throw away();
      if (this.hanging.has(name))
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new KeelsonError('ABORTED', 'cut', { retryable: false }))),
        );
      await settle();
      apply();
      if (name === 'announce' || name === 'status') this.dirtyAt = info.lastDirtyTimestamp;
      if (this.losing.has(name)) throw away();
      return there;
    } finally {
      this.running -= 1;
    }
  }
}

let clock: FakeClock;
let server: Server;
let log: RecordingLogger;
let lease: Lease;
const forgotten = jest.fn();
beforeEach(() => {
  [clock, server, log] = [new FakeClock(), new Server(), new RecordingLogger()];
  forgotten.mockClear();
  lease = new Lease({
    client: server,
    intervalMs: 30_000,
    clock,
    random: () => 1,
    log,
    forgotten,
    describe: (instance, status, dirtyAt) =>
      toInstanceInfo(instance, { status, dirtyAt, renewIntervalMs: 30_000, zone: undefined, metadata: {} }),
  });
});
afterEach(async () => {
  server.hanging.clear();
  await lease.end(1000, undefined);
  expect(clock.timers).toBe(0);
  expect(server.most).toBeLessThanOrEqual(1);
});

const registered = async (): Promise<void> => {
  lease.begin();
  lease.want(own, 'UP');
  await lease.settled(undefined);
  server.calls.length = 0;
};

test('nothing is sent before it begins', async () => {
  lease.want(own, 'STARTING');
  lease.wantStatus('UP');
  await clock.advance(60_000);
  expect(server.calls).toEqual([]);
  lease.begin();
  await lease.settled(undefined);
  expect(server.calls).toEqual(['forget a', 'announce a UP']);
  expect(lease.details()).toEqual({ registered: true, instanceId: 'a', status: 'UP' });
});

test('a heartbeat an interval, counted from the last operation', async () => {
  await registered();
  await clock.advance(29_999);
  expect(server.calls).toEqual([]);
  await clock.advance(1);
  expect(server.calls).toEqual(['beat a']);
  expect(forgotten).not.toHaveBeenCalled();
  lease.wantStatus('OUT_OF_SERVICE');
  await clock.advance(29_999);
  expect(server.calls).toEqual(['beat a', 'status a OUT_OF_SERVICE']);
});

test('a heartbeat that fails is tried again sooner, and said once', async () => {
  await registered();
  server.failing.add('beat');
  await clock.advance(30_000 + 1000 + 2000 + 4000);
  expect(server.calls).toEqual(Array(4).fill('beat a'));
  server.failing.clear();
  await clock.advance(8000);
  expect(log.messages('warn')).toEqual(['the registry could not be told; trying again']);
  expect(log.messages('info')).toContain('the registry can be told again');
});

test('who is unknown registers anew at once, newer than before, and is not taken out first', async () => {
  await registered();
  const before = Number(server.dirtyAt);
  server.status = undefined;
  clock.jumpWall(-3_600_000);
  await clock.advance(30_000);
  expect(server.calls).toEqual(['beat a', 'announce a UP']);
  expect(Number(server.dirtyAt)).toBeGreaterThan(before);
  expect(forgotten).toHaveBeenCalledTimes(1);
});

test('an unknown one that changes its status registers with the new one', async () => {
  await registered();
  server.status = undefined;
  lease.wantStatus('OUT_OF_SERVICE');
  await lease.settled(undefined);
  expect(server.calls).toEqual(['status a OUT_OF_SERVICE', 'announce a OUT_OF_SERVICE']);
});

test('the last status wins, one operation at a time', async () => {
  lease.begin();
  lease.want(own, 'STARTING');
  lease.wantStatus('UP');
  lease.wantStatus('OUT_OF_SERVICE');
  await lease.settled(undefined);
  expect(server.calls).toEqual(['forget a', 'announce a OUT_OF_SERVICE']);
  lease.wantStatus('UP');
  lease.wantStatus('OUT_OF_SERVICE');
  await settle();
  expect(server.status).toBe('OUT_OF_SERVICE');
});

test('what is wanted by who was just told that all is settled is not left for the next beat', async () => {
  lease.begin();
  lease.want(own, 'STARTING');
  await lease.settled(undefined).then(() => lease.wantStatus('UP'));
  await lease.settled(undefined);
  expect(server.status).toBe('UP');
});

test('a change whose answer was lost is made again, also when what was before is wanted again', async () => {
  await registered();
  server.losing.add('status');
  lease.wantStatus('OUT_OF_SERVICE');
  for (let i = 0; i < 5; i++) await settle();
  expect(server.status).toBe('OUT_OF_SERVICE');
  server.losing.clear();
  lease.wantStatus('UP');
  await lease.settled(undefined);
  expect(server.status).toBe('UP');
});

test('the end of a lease is told once; what was never told is not taken back', async () => {
  await lease.end(1000, undefined);
  lease.begin();
  lease.want(own, 'UP');
  await lease.settled(undefined);
  void lease.end(1000, undefined);
  await lease.end(1000, undefined); // the one that is under way
  expect(server.status).toBeUndefined();
  await lease.end(1000, undefined);
  expect(server.calls).toEqual(['forget a', 'announce a UP', 'forget a']);
  await clock.advance(100_000);
  expect(server.calls).toHaveLength(3);
});

test('a registration under way is waited for, and then taken back', async () => {
  lease.begin();
  lease.want(own, 'UP');
  await settle();
  const ended = lease.end(1000, undefined);
  await ended;
  expect(server.calls.at(-1)).toBe('forget a');
  expect(server.status).toBeUndefined();
});

test('a registration that hangs is broken off after half of the time, and taken back', async () => {
  server.hanging.add('announce');
  lease.begin();
  lease.want(own, 'UP');
  await clock.advance(0);
  await settle();
  const ended = lease.end(1000, undefined);
  await clock.advance(499);
  expect(server.calls).toEqual(['forget a', 'announce a UP']);
  await clock.advance(1);
  await ended;
  expect(server.calls).toEqual(['forget a', 'announce a UP', 'forget a']);
});

test('who waits is let go at the end, and by its signal', async () => {
  server.failing.add('forget');
  lease.begin();
  lease.want(own, 'UP');
  const patience = new AbortController();
  const removed = jest.spyOn(patience.signal, 'removeEventListener');
  const [one, other] = [lease.settled(patience.signal), lease.settled(undefined)];
  patience.abort();
  await one;
  expect(removed).toHaveBeenCalled();
  await lease.end(1000, undefined);
  await other;
  await lease.settled(AbortSignal.abort());
});

test('it can be wanted again after its end', async () => {
  await registered();
  await lease.end(1000, undefined);
  lease.want(own, 'STARTING');
  await lease.settled(undefined);
  expect(server.calls).toEqual(['forget a', 'announce a STARTING']);
});

test('who is wanted again while being taken out is registered afterwards', async () => {
  await registered();
  const ended = lease.end(1000, undefined);
  lease.want(own, 'UP');
  await ended;
  await lease.settled(undefined);
  expect(server.status).toBe('UP');
  const again = lease.end(1000, undefined);
  await Promise.resolve();
  await Promise.resolve();
  lease.want(own, 'STARTING'); // the deletion is on its way
  await again;
  await lease.settled(undefined);
  expect(server.status).toBe('STARTING');
});

test('another instance takes the place of the one that was told', async () => {
  await registered();
  lease.want({ ...own, id: 'b' }, 'UP');
  await lease.settled(undefined);
  expect(server.calls).toEqual(['forget a', 'forget b', 'announce b UP']);
  lease.want({ ...own, id: 'b', metadata: { version: '2' } }, 'UP');
  await lease.settled(undefined);
  expect(server.calls.slice(3)).toEqual(['announce b UP']);
});

test('a failure is in the details until it is over', async () => {
  server.failing.add('announce');
  lease.begin();
  lease.want(own, 'UP');
  for (let i = 0; i < 5; i++) await settle();
  expect(lease.details()).toEqual({ registered: false, instanceId: 'a', status: 'UP', lastError: 'away' });
  server.failing.clear();
  await clock.advance(1000);
  await lease.settled(undefined);
  expect(lease.details()).toEqual({ registered: true, instanceId: 'a', status: 'UP' });
});

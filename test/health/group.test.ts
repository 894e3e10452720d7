import { noopLogger } from '../../src/core';
import { CheckMonitor } from '../../src/health/check-monitor';
import { type ComponentHealth } from '../../src/health/contract';
import { Group } from '../../src/health/group';
import { healthDefaults, resolveCheck } from '../../src/health/options';
import { type HealthStatus } from '../../src/health/status';
import { plainDetails } from '../../src/health/plain-details';
import { FakeClock, settle } from '../support/fake-clock';

async function monitorOf(name: string, status?: HealthStatus): Promise<CheckMonitor> {
  const nothing = (): void => undefined;
  const monitor = new CheckMonitor(
    resolveCheck(name, () => (status === undefined ? {} : { status }), {}, healthDefaults),
    {
      clock: new FakeClock(),
      logger: noopLogger,
      series: { is: nothing, took: nothing, gone: nothing },
      plain: plainDetails((told) => told),
      changed: nothing,
    },
  );
  if (status !== undefined) monitor.start(1);
  await settle();
  return monitor;
}

test('a group is as well as its worst member', async () => {
  const group = new Group('deep');
  expect(group.result).toEqual({ up: true, status: 'UNKNOWN' });
  const steps: [HealthStatus, boolean][] = [
    ['UP', true],
    ['OUT_OF_SERVICE', false],
    ['DOWN', false],
  ];
  group.members.add(await monitorOf('unknown', 'UNKNOWN'));
  for (const [status, up] of steps) {
    const before = group.result;
    group.members.add(await monitorOf(status.toLowerCase(), status));
    expect(group.refresh()).toBe(before);
    expect(group.result).toEqual({ up, status });
  }
  expect(group.refresh()).toBeUndefined();
});

test('the same status is the same object: a probe allocates nothing', () => {
  expect(new Group('a').result).toBe(new Group('b').result);
  expect(Object.isFrozen(new Group('a').result)).toBe(true);
});

test('only a group that waits for its checks is out of service before their first result', async () => {
  const waiting = await monitorOf('db');
  const plain = new Group('deep');
  const strict = new Group('readiness', { waitsForChecks: true });
  for (const group of [plain, strict]) {
    group.members.add(waiting);
    group.refresh();
  }
  expect(plain.result).toEqual({ up: true, status: 'UNKNOWN' });
  expect(strict.result).toEqual({ up: false, status: 'OUT_OF_SERVICE' });
  expect(strict.report().components.db).toEqual({ status: 'UNKNOWN' });
});

test('states count and come first in the report', async () => {
  const state: ComponentHealth = { status: 'OUT_OF_SERVICE' };
  const group = new Group('readiness', { states: { readinessState: () => state } });
  group.members.add(await monitorOf('db', 'UP'));
  group.refresh();
  expect(group.report().status).toBe('OUT_OF_SERVICE');
  expect(Object.keys(group.report().components)).toEqual(['readinessState', 'db']);
});

test('a group that latches stays up once it was', () => {
  let state: ComponentHealth = { status: 'OUT_OF_SERVICE' };
  const group = new Group('startup', { states: { startupState: () => state }, latches: true });
  expect(group.result.up).toBe(false);
  state = { status: 'UP' };
  group.refresh();
  expect(group.result.up).toBe(true);
  state = { status: 'DOWN' };
  expect(group.refresh()).toBeUndefined();
  expect(group.result.up).toBe(true);
});

test('a group without states vanishes with its last check', async () => {
  const group = new Group('deep');
  expect(group.isEmpty).toBe(true);
  group.members.add(await monitorOf('db'));
  expect(group.isEmpty).toBe(false);
  expect(new Group('liveness', { states: {} }).isEmpty).toBe(false);
});

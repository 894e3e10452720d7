import { isKeelsonError } from '../../src/core';
import { healthDefaults, misuse, resolveCheck, resolveDefaults } from '../../src/health/options';

const fn = (): void => undefined;

function refused(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(isKeelsonError(error, 'CONFIG_INVALID')).toBe(true);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

test('gaps are filled from the defaults, what is given wins', () => {
  expect(resolveDefaults({}, healthDefaults)).toEqual({ intervalMs: 5000, timeoutMs: 1000, failures: 3 });
  expect(resolveDefaults({ failures: 1 }, { intervalMs: 200, timeoutMs: 10, failures: 9 })).toEqual({
    intervalMs: 200,
    timeoutMs: 10,
    failures: 1,
  });
});

test('numbers out of range are refused', () => {
  for (const intervalMs of [99, 3_600_001, Number.NaN, 1000.5]) {
    expect(refused(() => resolveDefaults({ intervalMs }, healthDefaults))).toContain('intervalMs');
  }
  for (const timeoutMs of [0, -1, 60_001, Infinity]) {
    expect(refused(() => resolveDefaults({ timeoutMs }, healthDefaults))).toContain('timeoutMs');
  }
  for (const failures of [0, 101, 1.5, '3' as unknown as number]) {
    expect(refused(() => resolveDefaults({ failures }, healthDefaults))).toContain('failures');
  }
});

test('malformed names are refused', () => {
  const names = ['', '-x', '_x', '__proto__', 'a b', 'a/b', 'a:b', 'a\nb', 'x'.repeat(65), 7, null, undefined];
  for (const name of names) expect(refused(() => resolveCheck(name as string, fn, {}, healthDefaults))).toBeTruthy();
  expect(resolveCheck('db.main-1_b', fn, {}, healthDefaults).name).toBe('db.main-1_b');
});

test('names of the states are taken', () => {
  for (const name of ['livenessState', 'readinessState', 'startupState']) {
    expect(refused(() => resolveCheck(name, fn, {}, healthDefaults))).toContain('taken');
  }
});

test('a check is a function', () => {
  expect(refused(() => resolveCheck('db', 'select 1' as unknown as typeof fn, {}, healthDefaults))).toContain(
    'function',
  );
});

test('a group is a name or a list of names, each counted once', () => {
  const groups = (group: unknown): readonly string[] =>
    resolveCheck('db', fn, { group: group as string }, healthDefaults).groups;
  expect(groups(undefined)).toEqual([]);
  expect(groups('readiness')).toEqual(['readiness']);
  expect(groups(['readiness', 'deep', 'readiness'])).toEqual(['readiness', 'deep']);
  for (const group of [7, {}, [7], 'health', 'a b', '', [null], Array(17).fill('x')]) {
    expect(refused(() => groups(group))).toContain('group');
  }
});

test('a group that was most likely meant to be a probe is refused with the name of the probe', () => {
  const meant: [string, string][] = [
    ['ready', 'readiness'],
    ['readyz', 'readiness'],
    ['live', 'liveness'],
    ['livez', 'liveness'],
    ['started', 'startup'],
    ['startupz', 'startup'],
  ];
  for (const [group, probe] of meant) {
    expect(refused(() => resolveCheck('db', fn, { group }, healthDefaults))).toContain(`did you mean "${probe}"`);
  }
});

test('a misuse is a configuration error that is not worth trying again', () => {
  expect(misuse('wrong')).toMatchObject({ code: 'CONFIG_INVALID', message: 'wrong', retryable: false });
});

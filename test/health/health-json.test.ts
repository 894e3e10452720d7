import { toHealthJson } from '../../src/health';

test('statuses become pass, warn and fail; checks are keyed by component and measurement', () => {
  const body = toHealthJson(
    {
      status: 'DOWN',
      components: {
        readinessState: { status: 'UP' },
        db: { status: 'UP', details: { version: 16 }, checkedAt: '2024-01-01T00:00:00.000Z', durationMs: 3 },
        cache: { status: 'UP', error: 'refused', failures: 1, durationMs: 2 },
        mail: { status: 'UNKNOWN' },
        queue: { status: 'DOWN', error: 'refused', failures: 3 },
        shop: { status: 'OUT_OF_SERVICE' },
      },
    },
    { version: '1', releaseId: '1.2.3', serviceId: 'shop-1', description: 'shop' },
  );
  expect(body).toEqual({
    status: 'fail',
    version: '1',
    releaseId: '1.2.3',
    serviceId: 'shop-1',
    description: 'shop',
    checks: {
      readinessState: [{ componentType: 'component', status: 'pass' }],
      'db:responseTime': [
        {
          componentType: 'component',
          status: 'pass',
          time: '2024-01-01T00:00:00.000Z',
          observedValue: 3,
          observedUnit: 'ms',
          details: { version: 16 },
        },
      ],
      'cache:responseTime': [
        { componentType: 'component', status: 'warn', observedValue: 2, observedUnit: 'ms', output: 'refused' },
      ],
      mail: [{ componentType: 'component', status: 'warn' }],
      queue: [{ componentType: 'component', status: 'fail', output: 'refused' }],
      shop: [{ componentType: 'component', status: 'fail' }],
    },
  });
});

test('the whole passes only when every check does', () => {
  expect(toHealthJson({ status: 'UP', components: { db: { status: 'UP' } } }).status).toBe('pass');
  expect(toHealthJson({ status: 'UP', components: { db: { status: 'UP', failures: 1 } } }).status).toBe('warn');
  expect(toHealthJson({ status: 'UNKNOWN', components: {} }).status).toBe('warn');
});

test('callers without access get no checks', () => {
  expect(toHealthJson({ status: 'OUT_OF_SERVICE' }, { releaseId: '1' })).toEqual({ status: 'fail', releaseId: '1' });
});

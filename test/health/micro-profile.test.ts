import { toMicroProfile } from '../../src/health';

test('a report becomes status and checks with scalar data', () => {
  const body = toMicroProfile({
    status: 'OUT_OF_SERVICE',
    components: {
      readinessState: { status: 'OUT_OF_SERVICE' },
      db: { status: 'DOWN', error: 'refused', details: { port: 5432, tls: true, hosts: ['a', 'b'], none: null } },
      cache: { status: 'UNKNOWN', details: {} },
    },
  });
  expect(body).toEqual({
    status: 'DOWN',
    checks: [
      { name: 'readinessState', status: 'DOWN' },
      {
        name: 'db',
        status: 'DOWN',
        data: { error: 'refused', port: 5432, tls: true, hosts: '["a","b"]', none: 'null' },
      },
      { name: 'cache', status: 'UP' },
    ],
  });
});

test('callers without access get the status and no checks', () => {
  expect(toMicroProfile({ status: 'UP' })).toEqual({ status: 'UP', checks: [] });
});

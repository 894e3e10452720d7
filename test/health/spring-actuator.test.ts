import { type HealthReport, toSpringActuator } from '../../src/health';

const report: HealthReport = {
  status: 'DOWN',
  components: {
    livenessState: { status: 'UP' },
    db: { status: 'UP', details: { version: 16 }, checkedAt: '2024-01-01T00:00:00.000Z', durationMs: 3 },
    queue: { status: 'DOWN', error: 'refused', failures: 3, details: { depth: 7 } },
  },
  groups: ['liveness'],
};
const members = {
  livenessState: { status: 'UP' },
  db: { status: 'UP', details: { version: 16 } },
  queue: { status: 'DOWN', details: { error: 'refused', depth: 7 } },
};

test('version 3 has components and groups', () => {
  expect(toSpringActuator(report, 3)).toEqual({ status: 'DOWN', components: members, groups: ['liveness'] });
  expect(toSpringActuator({ status: 'UP', components: {} }, 3)).toEqual({ status: 'UP', components: {} });
});

test('version 2 has them under details', () => {
  expect(toSpringActuator(report, 2)).toEqual({ status: 'DOWN', details: members });
});

test('callers without access get the status alone', () => {
  expect(toSpringActuator({ status: 'OUT_OF_SERVICE' }, 2)).toEqual({ status: 'OUT_OF_SERVICE' });
  expect(toSpringActuator({ status: 'OUT_OF_SERVICE' }, 3)).toEqual({ status: 'OUT_OF_SERVICE' });
});

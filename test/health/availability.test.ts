import { isKeelsonError } from '../../src/core';
import { Availability } from '../../src/health/availability';
import { type ReadinessState, type StateSource } from '../../src/health/contract';

test('constructed: alive, not ready, not started', () => {
  const { view } = new Availability();
  expect(view.liveness).toBe('CORRECT');
  expect(view.readiness).toBe('REFUSING_TRAFFIC');
  expect(view.startup).toBe(false);
});

test('the service and the lifecycle do not overwrite each other’s readiness', () => {
  const availability = new Availability();
  availability.setReadiness('ACCEPTING_TRAFFIC', 'service');
  expect(availability.view.readiness).toBe('REFUSING_TRAFFIC');
  availability.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  expect(availability.view.readiness).toBe('ACCEPTING_TRAFFIC');
  availability.setReadiness('REFUSING_TRAFFIC', 'service');
  availability.setReadiness('REFUSING_TRAFFIC', 'lifecycle');
  availability.setReadiness('ACCEPTING_TRAFFIC', 'service');
  expect(availability.view.readiness).toBe('REFUSING_TRAFFIC');
  expect(availability.readinessState).toEqual({ status: 'OUT_OF_SERVICE', details: { refusedBy: ['lifecycle'] } });
  availability.setReadiness('ACCEPTING_TRAFFIC', 'lifecycle');
  expect(availability.readinessState).toEqual({ status: 'UP' });
});

test('nor their liveness', () => {
  const availability = new Availability();
  availability.setLiveness('BROKEN', 'service');
  availability.setLiveness('CORRECT', 'lifecycle');
  expect(availability.view.liveness).toBe('BROKEN');
  expect(availability.livenessState).toEqual({ status: 'DOWN', details: { brokenBy: ['service'] } });
  availability.setLiveness('CORRECT', 'service');
  expect(availability.view.liveness).toBe('CORRECT');
  expect(availability.livenessState).toEqual({ status: 'UP' });
});

test('a start that is complete stays complete', () => {
  const availability = new Availability();
  expect(availability.startupState.status).toBe('OUT_OF_SERVICE');
  availability.setStarted();
  availability.setReadiness('REFUSING_TRAFFIC', 'lifecycle');
  expect(availability.view.startup).toBe(true);
  expect(availability.startupState.status).toBe('UP');
});

test('a word that is not known changes nothing', () => {
  const availability = new Availability();
  const wrong = [
    () => availability.setReadiness('UP' as ReadinessState, 'lifecycle'),
    () => availability.setReadiness(undefined as unknown as ReadinessState, 'lifecycle'),
    () => availability.setReadiness('ACCEPTING_TRAFFIC', 'nobody' as StateSource),
  ];
  for (const call of wrong) {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isKeelsonError(caught, 'CONFIG_INVALID')).toBe(true);
  }
  expect(availability.view.readiness).toBe('REFUSING_TRAFFIC');
});

'use strict';

const unit = require('./jest.config.cjs');

/** The long runs, two hours and a half in all. `npm run test:system` has shorter versions of them. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test/endurance'],
  testMatch: ['**/*.test.ts'],
  transform: unit.transform,
  maxWorkers: 1,
  testTimeout: 100 * 60_000,
};

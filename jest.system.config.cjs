'use strict';

const unit = require('./jest.config.cjs');

/** System tests: real processes and real servers. What a machine lacks is skipped with a reason; with CI set a skip fails. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test/system'],
  testMatch: ['**/*.test.ts'],
  transform: unit.transform,
  maxWorkers: 1,
  maxConcurrency: 2,
  testTimeout: 180_000,
};

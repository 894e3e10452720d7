import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as core from '../../src/core';
import { errorCodes, isKeelsonError, KeelsonError } from '../../src/core';

const make = (options: Partial<ConstructorParameters<typeof KeelsonError>[2]> = {}): KeelsonError =>
  new KeelsonError('TIMEOUT', 'It took 3 s.', { retryable: true, ...options });

describe('KeelsonError', () => {
  test('says what happened, to programs and to people', () => {
    const cause = new Error('socket');
    const error = make({ cause, details: { afterMs: 3_000 } });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, name: error.name, message: error.message, cause: error.cause }).toEqual({
      name: 'KeelsonError',
      code: 'TIMEOUT',
      message: 'It took 3 s.',
      retryable: true,
      status: 504,
      cause,
      details: { afterMs: 3_000 },
    });
    expect(error.stack).toContain('KeelsonError: It took 3 s.');
  });

  test('without a cause it has no such member, without details an empty one', () => {
    expect('cause' in make()).toBe(false);
    expect(make().details).toEqual({});
  });

  test('the status is that of the code, unless it is given', () => {
    expect(make({ status: 503 }).status).toBe(503);
    expect(new KeelsonError('OUT_OF_STOCK', 'None left.', { retryable: false }).status).toBe(500);
    expect(new KeelsonError('OUT_OF_STOCK', 'None left.', { retryable: false, status: 409 }).status).toBe(409);
    expect(new KeelsonError('toString', 'A name of Object.prototype.', { retryable: false }).status).toBe(500);
  });

  test.each([200, 399, 600, 404.5, NaN, -1])('a status of %p is none', (status) => {
    expect(make({ status }).status).toBe(504);
  });
});

describe('isKeelsonError', () => {
  test('knows errors by their brand, also those of another copy of the package', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof core>('../../src/core');
      const error = new other.KeelsonError('STOPPED', 'Stopped.', { retryable: false });
      expect(isKeelsonError(error)).toBe(true);
      expect(isKeelsonError(error, 'STOPPED')).toBe(true);
    });
  });

  test('tells codes apart', () => {
    expect(isKeelsonError(make(), 'TIMEOUT')).toBe(true);
    expect(isKeelsonError(make(), 'ABORTED')).toBe(false);
  });

  test.each([undefined, null, 0, 'TIMEOUT', {}, { code: 'TIMEOUT' }, new Error('plain'), () => undefined])(
    '%p is none',
    (value) => {
      expect(isKeelsonError(value)).toBe(false);
    },
  );
});

test('docs/errors.md lists every code with its status and title', () => {
  const page = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` *\| *(\d{3}) *\| *([^|]*?) *\|/gm)];
  const listed = Object.fromEntries(rows.map(([, code, status, title]) => [code, { status: Number(status), title }]));
  expect(listed).toEqual(errorCodes);
  expect(rows).toHaveLength(Object.keys(errorCodes).length);
});

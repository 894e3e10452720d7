import { noopLogger } from '../../src/core';

test('the logger that writes nothing takes everything', () => {
  const write = jest.spyOn(process.stdout, 'write');
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    noopLogger[level]('a message', { err: new Error('x') });
    expect(noopLogger.isEnabled(level)).toBe(false);
  }
  expect(noopLogger.child({ a: 1 }).named('db')).toBe(noopLogger);
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
  expect(Object.isFrozen(noopLogger)).toBe(true);
});

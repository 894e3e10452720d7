import { exceptionFacts } from '../../src/tracing/exception-facts';

describe('exceptionFacts', () => {
  test('of an error', () => {
    const error = new TypeError('no');
    expect(exceptionFacts(error)).toEqual({ type: 'TypeError', message: 'no', stack: error.stack });
  });

  test('of things that are no errors', () => {
    expect(exceptionFacts({ code: 42 })).toEqual({ type: '42', message: undefined, stack: undefined });
    expect(exceptionFacts({ name: '', code: 'E' }).type).toBe('E');
    expect(exceptionFacts({})).toEqual({ type: 'Error', message: undefined, stack: undefined });
    expect(exceptionFacts('text').message).toBe('text');
    expect(exceptionFacts(12n).message).toBe('12');
    expect(exceptionFacts(null).message).toBeUndefined();
    expect(exceptionFacts(Symbol('x')).message).toBeUndefined();
    expect(exceptionFacts(() => 1).message).toBeUndefined();
  });

  test('never throws', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('hostile');
        },
      },
    );
    expect(exceptionFacts(hostile)).toEqual({ type: 'Error', message: undefined, stack: undefined });
    expect(exceptionFacts(Object.create(null)).message).toBeUndefined();
    expect(exceptionFacts({ message: { toString: () => 'x' } }).message).toBeUndefined();
  });
});

import { createRedactor, errorCodes, KeelsonError } from '../../src/core';
import { problemOf, type Problem } from '../../src/http';
import { problemText } from '../../src/http/problem';

const keelson = (details: Record<string, unknown> = {}, status?: number): KeelsonError =>
  new KeelsonError('OUT_OF_STOCK', 'None left.', {
    retryable: false,
    details,
    ...(status === undefined ? {} : { status }),
  });
const http = (status: unknown, expose: boolean, message = 'about /etc/passwd'): Error =>
  Object.assign(new Error(message), { status, expose });

const bare: Problem = {
  type: 'urn:keelson:problem:internal',
  title: errorCodes.INTERNAL.title,
  status: 500,
  code: 'INTERNAL',
};

describe('of a KeelsonError', () => {
  test('it shows code, message, status and details', () => {
    expect(problemOf(keelson({ left: 0 }, 409))).toEqual({
      type: 'urn:keelson:problem:out-of-stock',
      title: 'None left.',
      status: 409,
      code: 'OUT_OF_STOCK',
      detail: 'None left.',
      left: 0,
    });
  });

  test.each(Object.entries(errorCodes))('%s has the title of its code', (code, { status, title }) => {
    expect(problemOf(new KeelsonError(code, 'What happened.', { retryable: false }))).toMatchObject({
      code,
      status,
      title,
      detail: 'What happened.',
    });
  });

  test('details cannot replace the members that every document has', () => {
    const forged = Object.fromEntries(
      ['type', 'title', 'status', 'code', 'detail', 'instance', 'requestId', 'traceId'].map((name) => [name, 'forged']),
    );
    const problem = problemOf(keelson({ ...forged, left: 1 }, 409));
    expect(JSON.parse(problemText(problem, { requestId: 'r', traceId: 't', path: '/p' }))).toEqual({
      ...problemOf(keelson({}, 409)),
      left: 1,
      instance: '/p',
      requestId: 'r',
      traceId: 't',
    });
  });

  test('the cause and the stack stay inside', () => {
    const error = new KeelsonError('TIMEOUT', 'Late.', { retryable: true, cause: new Error('db at 10.0.0.7') });
    expect(JSON.stringify(problemOf(error))).not.toMatch(/10\.0\.0\.7|stack|at Object/);
  });

  test('one of another copy of the package with a strange status is a 500', () => {
    for (const status of [99, 200, 600, 'x', undefined]) {
      const error = Object.defineProperty(keelson(), 'status', { value: status });
      expect(problemOf(error).status).toBe(500);
    }
  });

  test('one without details has none', () => {
    expect(problemOf(Object.defineProperty(keelson(), 'details', { value: undefined }))).toMatchObject({ status: 500 });
  });
});

describe('of other errors', () => {
  test.each([
    new Error('secret'),
    new TypeError('secret'),
    'secret',
    { message: 'secret' },
    null,
    undefined,
    0,
    Symbol('secret'),
    Object.assign(new Error('secret'), { status: 404 }), // a downstream's status, from an HTTP client
    Object.assign(new Error('secret'), { statusCode: 404 }),
  ])('%p is a bare 500', (error) => {
    expect(problemOf(error)).toEqual(bare);
  });

  test.each([
    [400, 'BAD_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [408, 'REQUEST_TIMEOUT'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [415, 'UNSUPPORTED_MEDIA_TYPE'],
    [418, 'BAD_REQUEST'],
    [422, 'PAYLOAD_INVALID'],
    [431, 'HEADERS_TOO_LARGE'],
    [500, 'INTERNAL'],
    [502, 'INTERNAL'],
    [503, 'OVERLOADED'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('an http error of status %p has the code %s', (status, code) => {
    expect(problemOf(http(status, false))).toMatchObject({ status, code });
  });

  test('one marked to be shown shows its message, another does not', () => {
    expect(problemOf(http(404, true, 'No such order')).detail).toBe('No such order');
    expect(problemOf(http(404, false))).not.toHaveProperty('detail');
  });

  test.each([200, 302, 399, 600, 1000, 404.5, '404', NaN])('a status of %p is a 500', (status) => {
    expect(problemOf(http(status, true)).status).toBe(500);
  });

  test('a path that cannot be decoded is the caller’s mistake', () => {
    const error = Object.assign(new URIError('Failed to decode param'), { status: 400 });
    expect(problemOf(error)).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(problemOf(new URIError('in the service’s own code'))).toEqual(bare);
  });

  test('whatever is thrown, it does not throw', () => {
    const hostile = [
      new Proxy(
        {},
        {
          has: () => true,
          get: () => {
            throw new Error('no');
          },
        },
      ),
      Object.defineProperty(keelson(), 'details', {
        get: () => {
          throw new Error('no');
        },
      }),
      Object.defineProperty(keelson(), 'code', {
        value: {
          toString: () => {
            throw new Error('no');
          },
        },
      }),
    ];
    for (const error of hostile) expect(problemOf(error)).toEqual(bare);
  });
});

describe('as text', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;

  test.each([
    ['a cycle', { circular }],
    ['a BigInt', { amount: 1n }],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
    ],
  ])('details with %s are left out', (_what, details) => {
    const error = new KeelsonError('OUT_OF_STOCK', 'None left.', {
      retryable: false,
      status: 409,
      details: { details },
    });
    expect(JSON.parse(problemText(problemOf(error), { requestId: 'r', path: '/p' }))).toEqual({
      type: 'urn:keelson:problem:out-of-stock',
      title: 'None left.',
      status: 409,
      code: 'OUT_OF_STOCK',
      detail: 'None left.',
      instance: '/p',
      requestId: 'r',
    });
  });
});

describe('with a redactor', () => {
  const redactor = createRedactor({ secrets: () => ['hidden-word'] });
  const text = (error: unknown): Record<string, unknown> =>
    JSON.parse(problemText(problemOf(error), { requestId: 'r', path: '/p', redactor })) as Record<string, unknown>;

  test('secrets are masked in message and details, at any depth and in names', () => {
    const details = {
      dsn: 'amqp://u:hunter22@h',
      list: [{ password: 'hunter22', tokensLeft: 5 }],
      ['x hidden-word']: 1,
      when: new Date(0),
      nothing: undefined,
      errors: [{ pointer: '/password', in: 'body', detail: 'Too small: expected string to have >=8 characters' }],
    };
    const error = new KeelsonError('OUT_OF_STOCK', 'hidden-word is wrong.', {
      status: 409,
      retryable: false,
      details,
    });
    expect(text(error)).toEqual({
      type: 'urn:keelson:problem:out-of-stock',
      title: '****** is wrong.',
      status: 409,
      code: 'OUT_OF_STOCK',
      detail: '****** is wrong.',
      dsn: 'amqp://u:******@h',
      list: [{ password: '******', tokensLeft: 5 }],
      ['x ******']: 1,
      when: '1970-01-01T00:00:00.000Z',
      errors: details.errors,
      instance: '/p',
      requestId: 'r',
    });
  });

  test('a long list of details is shown whole', () => {
    const errors = Array.from({ length: 3_000 }, (_, i) => ({ pointer: `/items/${i}`, detail: 'x'.repeat(100) }));
    const error = new KeelsonError('PAYLOAD_INVALID', 'Many.', { retryable: false, details: { errors } });
    expect(text(error)['errors']).toEqual(errors);
  });

  test('details that JSON cannot carry are left out, the rest is masked', () => {
    const error = new KeelsonError('OUT_OF_STOCK', 'hidden-word', { retryable: false, details: { amount: 1n } });
    expect(text(error)['detail']).toBe('******');
  });
});

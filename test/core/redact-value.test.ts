import { SecretKeys } from '../../src/core/redact-keys';
import { PlainCopy, type RedactLimits } from '../../src/core/redact-value';

const limits: RedactLimits = { depth: 8, width: 200, string: 8_192, total: 65_536, causes: 8 };

function copy(value: unknown, changed: Partial<RedactLimits> = {}): unknown {
  return new PlainCopy(new SecretKeys(), (text) => text.replaceAll('hunter22', '******'), {
    ...limits,
    ...changed,
  }).any(value);
}

describe('PlainCopy', () => {
  test('plain data comes out as it went in, as a copy', () => {
    const value = { a: 1, b: 'x', c: [true, null, { d: -0.5 }], e: null };
    expect(copy(value)).toEqual(value);
    expect(copy(value)).not.toBe(value);
  });

  test('secrets are masked at any depth, in objects, arrays, maps, pairs and text', () => {
    const plants = {
      password: 'a1',
      nested: { deep: [{ accessToken: 'a2' }, new Map([['apiKey', 'a3']])] },
      headers: [
        ['authorization', 'a4'],
        ['accept', 'ok'],
      ],
      rawHeaders: ['Cookie', 'a5', 'Host', 'ok'],
      har: { name: 'X-Api-Key', value: 'a6' },
      entry: { key: 'secret', value: 'a7' },
      fetch: new Headers({ 'set-cookie': 'a8', host: 'ok' }),
      query: new URLSearchParams({ token: 'a9', page: '1' }),
      credentials: { user: 'a10' },
      pin: { passcode: 10_11 },
      undici: { headers: ['accept', 'ok', 'authorization', 'a12'] },
      redis: { command: { name: 'auth', args: ['default', 'a13'] } },
      set: new Set([['token', 'a14']]),
      'hunter22 as a key': 1,
      text: 'it was hunter22',
    };
    const text = JSON.stringify(copy(plants));
    expect(text).not.toMatch(/"a\d+"|1011|hunter22/);
    expect(copy(plants)).toMatchObject({
      headers: [
        ['authorization', '******'],
        ['accept', 'ok'],
      ],
      rawHeaders: [
        ['Cookie', '******'],
        ['Host', 'ok'],
      ],
      har: { name: 'X-Api-Key', value: '******' },
      query: { token: '******', page: '1' },
      undici: {
        headers: [
          ['accept', 'ok'],
          ['authorization', '******'],
        ],
      },
      redis: { command: { name: 'auth', args: '******' } },
      text: 'it was ******',
    });
  });

  test('names of headers and of commands are no secrets', () => {
    const value = { headers: ['accept', 'content-type'], command: { name: 'get', args: ['a'] }, tokenFile: '/run/t' };
    expect(copy(value)).toEqual(value);
    expect(copy({ type: 'Buffer', data: [104, 105] })).toBe('[Buffer 2 bytes]');
  });

  test('figures, flags and nothing are no secrets', () => {
    const value = {
      tokens: 5,
      maxTokens: 9,
      tokenCount: 3,
      password: null,
      secret: '',
      token: false,
      tokensUsed: 'abc',
    };
    expect(copy(value)).toEqual({ ...value, tokensUsed: '******' });
    expect(copy({ password: undefined })).toEqual({});
  });

  test('odd values become readable', () => {
    class Order {
      id = 7;
      #hidden = 1;
      get total(): number {
        return this.#hidden;
      }
    }
    expect(
      copy({
        big: 12n,
        nan: Number.NaN,
        symbol: Symbol('s'),
        named: function work() {},
        unnamed: (
          () => () =>
            1
        )(),
        date: new Date(0),
        invalid: new Date(Number.NaN),
        buffer: Buffer.alloc(123),
        typed: new Uint16Array(4),
        raw: new ArrayBuffer(9),
        regexp: /a+/g,
        promise: Promise.resolve(),
        boxed: Object('text'),
        set: new Set([1, 2]),
        map: new Map<unknown, unknown>([
          [1, 'a'],
          [true, 'b'],
          [{}, 'c'],
        ]),
        order: new Order(),
        bare: Object.assign(Object.create(null), { a: 1 }),
        holes: [undefined, () => 1],
        url: new URL('http://h/x'),
      }),
    ).toEqual({
      big: '12',
      nan: 'NaN',
      symbol: 'Symbol(s)',
      named: '[Function work]',
      unnamed: '[Function]',
      date: '1970-01-01T00:00:00.000Z',
      invalid: 'Invalid Date',
      buffer: '[Buffer 123 bytes]',
      typed: '[Buffer 8 bytes]',
      raw: '[Buffer 9 bytes]',
      regexp: '/a+/g',
      promise: '[Promise]',
      boxed: 'text',
      set: [1, 2],
      map: { 1: 'a', true: 'b', '[key 3]': 'c' },
      order: { id: 7 },
      bare: { a: 1 },
      holes: [null, '[Function]'],
      url: 'http://h/x',
    });
  });

  test('cycles, throwing getters and revoked proxies do no harm', () => {
    const loop: Record<string, unknown> = { a: 1 };
    loop['self'] = loop;
    loop['list'] = [loop];
    const twice = { x: 1 };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get bad() {
        throw new Error('no');
      },
      good: 1,
    };
    const name = Object.defineProperty(() => 1, 'name', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(copy(loop)).toEqual({ a: 1, self: '[Circular]', list: ['[Circular]'] });
    expect(copy([twice, twice])).toEqual([{ x: 1 }, { x: 1 }]);
    expect(copy({ proxy, after: 1 })).toEqual({ proxy: '[Threw]', after: 1 });
    expect(copy(hostile)).toEqual({ bad: '[Threw]', good: 1 });
    expect(
      copy(
        new Proxy(
          { a: 1 },
          {
            ownKeys: () => {
              throw new Error('no');
            },
          },
        ),
      ),
    ).toBe('[Threw]');
    expect(copy(new Proxy([1, { token: 'x' }], {}))).toEqual([1, { token: '******' }]);
    expect(copy(name)).toBe('[Function [Threw]]');
  });

  test('toJSON is honoured once, and guarded', () => {
    const endless = { a: 1, toJSON: () => endless };
    const other = { toJSON: () => ({ b: 1, toJSON: () => other }) };
    expect(copy({ toJSON: () => ({ password: 'x', ok: 1 }) })).toEqual({ password: '******', ok: 1 });
    expect(copy({ toJSON: () => 'flat' })).toBe('flat');
    expect(copy({ toJSON: () => new Date(0) })).toBe('1970-01-01T00:00:00.000Z');
    expect(
      copy({
        toJSON: () => {
          throw new Error('no');
        },
      }),
    ).toBe('[Threw]');
    expect(copy(endless)).toEqual({ a: 1, toJSON: '[Function toJSON]' });
    expect(copy(other)).toEqual({ b: 1, toJSON: '[Function toJSON]' });
  });

  test('__proto__ becomes a member and pollutes nothing', () => {
    const out = copy(JSON.parse('{"__proto__":{"admin":true},"a":1}')) as Record<string, unknown>;
    expect(Object.keys(out)).toEqual(['__proto__', 'a']);
    expect(out['admin']).toBeUndefined();
    expect(copy(new Map([['__proto__', { admin: true }]]))).not.toHaveProperty('admin');
  });

  test('errors keep message, stack, code, own fields, cause and members', () => {
    const root = Object.assign(new Error('root hunter22'), { code: 'ECONN', password: 'x', port: 1 });
    const all = new AggregateError([new Error('one', { cause: root }), 'two'], 'all');
    expect(copy(all)).toMatchObject({
      name: 'AggregateError',
      message: 'all',
      stack: expect.stringContaining('AggregateError: all'),
      errors: [
        {
          message: 'one',
          cause: { name: 'Error', message: 'root ******', code: 'ECONN', password: '******', port: 1 },
        },
        'two',
      ],
    });
    expect(copy(new DOMException('gone', 'AbortError'))).toMatchObject({ name: 'AbortError', message: 'gone' });
    expect(copy(new Error('x', { cause: 'text' }))).toMatchObject({ cause: 'text' });
    expect(copy(Object.assign(new Error('x'), { errors: { a: 1 } }))).toMatchObject({ errors: { a: 1 } });
  });

  test('chains of causes end: by cycle and by length', () => {
    const loop = new Error('loop');
    loop.cause = loop;
    let long = new Error('0');
    for (let i = 1; i < 50; i++) long = new Error(String(i), { cause: long });
    expect(copy(loop)).toMatchObject({ cause: '[Circular]' });
    let depth = 0;
    let next = copy(long) as { cause?: unknown };
    while (typeof next.cause === 'object') {
      next = next.cause as { cause?: unknown };
      depth += 1;
    }
    expect(depth).toBe(8);
    expect(next.cause).toBe('[Truncated]');
  });

  test('an error whose members throw still comes out', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'stack', { value: 7 });
    Object.defineProperty(error, 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(copy(error)).toEqual({ name: 'Error', message: '[Threw]', stack: 7 });
  });

  test('depth, width, strings and the whole are bounded and say what was cut', () => {
    expect(copy({ a: { b: { c: 1 } } }, { depth: 1 })).toEqual({ a: { b: '[Truncated]' } });
    expect(copy([1, 2, 3, 4], { width: 2 })).toEqual([1, 2, '[2 more]']);
    expect(copy({ a: 1, b: 2, c: 3 }, { width: 2 })).toEqual({ a: 1, b: 2, '...': '[1 more]' });
    expect(
      copy(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        { width: 1 },
      ),
    ).toEqual({ a: 1, '...': '[Truncated]' });
    expect(copy('x'.repeat(30), { string: 10 })).toBe(`${'x'.repeat(10)}... [20 more characters]`);
    expect(copy(`${'x'.repeat(6)}hunter22`, { string: 10 })).not.toContain('hunt');
    const wide = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 'y'.repeat(8_000)]));
    expect(JSON.stringify(copy(wide)).length).toBeLessThan(100_000);
    const tree = (n: number): unknown => (n === 0 ? 'leaf' : Array.from({ length: 20 }, () => tree(n - 1)));
    expect(JSON.stringify(copy(tree(4))).length).toBeLessThan(200_000);
  });

  test('ten megabytes are cut quickly', () => {
    const huge = {
      list: Array.from({ length: 100_000 }, (_, i) => ({ i, text: 'z'.repeat(100) })),
      text: 'x'.repeat(10_000_000),
    };
    const started = process.cpuUsage();
    expect(JSON.stringify(copy(huge)).length).toBeLessThan(100_000);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(1_000);
  });
});

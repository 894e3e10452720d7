import { plainDetails } from '../../src/health/plain-details';

const plain = plainDetails((told) => told);

test('plain data stays as it is', () => {
  const details = { a: 1, b: 'x', c: true, d: null, e: [1, [2]], f: { g: { h: 'deep' } } };
  expect(plain.details(details)).toEqual(details);
  expect(plain.details(details)).not.toBe(details);
});

test('something that is not an object becomes one', () => {
  expect(plain.details('text')).toEqual({ value: 'text' });
  expect(plain.details([1, 2])).toEqual({ value: [1, 2] });
});

test('secrets are masked by key, and in URLs in running text, without anybody asking for it', () => {
  const text = JSON.stringify(plain.details({ user: 'shop', password: 'hunter2', url: 'amqp://shop:hunter2@mq/v' }));
  expect(text).toContain('shop');
  expect(text).not.toContain('hunter2');
  expect(plain.text('connect amqp://shop:hunter2@mq:5672 refused')).not.toContain('hunter2');
  expect(plain.text('connect ECONNREFUSED 127.0.0.1:5432')).toBe('connect ECONNREFUSED 127.0.0.1:5432');
});

test('what the service masks is masked too', () => {
  const own = plainDetails((told) =>
    typeof told === 'string' ? told.replace('blue', '***') : { ...(told as object), colour: '***' },
  );
  expect(own.details({ colour: 'blue' })).toEqual({ colour: '***' });
  expect(own.text('is blue')).toBe('is ***');
});

test('what cannot be masked is not shown', () => {
  const failing = plainDetails(() => {
    throw new Error('no');
  });
  expect(failing.details({ a: 1 })).toBeUndefined();
  expect(failing.text('message')).toBe('failed');
  expect(plainDetails(() => ({ a: 1 })).text('message')).toBe('failed');
});

test('whatever a mask makes of them, details go into JSON', () => {
  expect(JSON.stringify(plainDetails(() => ({ count: 1n })).details({}))).toBe('{"count":"1"}');
});

test('errors lose their stacks, at any depth; other members of that name stay', () => {
  const error = new Error('refused', { cause: new Error('reset') });
  const copy = plain.details({ error, list: [{ error }], stack: 'blue' });
  expect(copy).toMatchObject({ error: { message: 'refused', cause: { message: 'reset' } }, stack: 'blue' });
  expect(JSON.stringify(copy)).not.toContain('plain-details.test');
});

test('cycles, getters that throw and revoked proxies are survived', () => {
  const cycle: Record<string, unknown> = { name: 'a' };
  cycle.self = cycle;
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = {
    cycle,
    proxy,
    get bad(): string {
      throw new Error('no');
    },
  };
  expect(JSON.parse(JSON.stringify(plain.details(hostile)))).toMatchObject({ cycle: { name: 'a' } });
});

test('keys cannot reach a prototype', () => {
  plain.details(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}}}'));
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('size is bounded whatever comes: many members, long texts, long keys, deep nesting', () => {
  const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
  const long = { text: 'x'.repeat(1_000_000), list: Array<string>(100_000).fill('y'.repeat(1000)) };
  let deep: Record<string, unknown> = {};
  for (let level = 0; level < 10_000; level += 1) deep = { deep };
  const keys = { ['k'.repeat(100_000)]: 1 };
  for (const details of [many, long, deep, keys]) {
    expect(JSON.stringify(plain.details(details)).length).toBeLessThan(12_000);
  }
  expect(plain.text('x'.repeat(1_000_000)).length).toBeLessThan(600);
});

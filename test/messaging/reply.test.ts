import { KeelsonError } from '../../src/core';
import { badReply, goodReply, valueOf } from '../../src/messaging/reply';

const thrownBy = (read: () => unknown): KeelsonError & { cause: KeelsonError } => {
  try {
    read();
  } catch (error) {
    return error as KeelsonError & { cause: KeelsonError };
  }
  throw new Error('it has not thrown');
};
const causeOf = (body: string): KeelsonError =>
  thrownBy(() => valueOf('a.b', { ok: false, body: Buffer.from(body) }, 10)).cause;

/** It throws at once where nothing has to be waited for. */
const later = <T>(make: () => T): Promise<Awaited<T>> => Promise.resolve().then(make) as Promise<Awaited<T>>;

test('a good reply is read as it was written, and its limit holds', async () => {
  expect(valueOf('a.b', await goodReply('a.b', { n: 1 }, undefined, 10), 10)).toEqual({ n: 1 });
  expect(valueOf('a.b', await goodReply('a.b', undefined, undefined, 10), 10)).toBeUndefined();
  await expect(later(() => goodReply('a.b', 'x'.repeat(10), undefined, 10))).rejects.toMatchObject({
    code: 'INTERNAL',
    cause: { code: 'PAYLOAD_TOO_LARGE' },
  });
  expect(() => valueOf('a.b', { ok: true, body: Buffer.from('{') }, 10)).toThrow('the reply to a.b');
});

test('a reply is checked and sent as it was given; what is wrong with it is the fault of who made it', async () => {
  const validate = (value: unknown) =>
    typeof value === 'number' ? { value: value * 100 } : { issues: [{ message: 'no number', path: ['n'] }] };
  const schema = { '~standard': { version: 1 as const, vendor: 'test', validate } };
  expect(String((await goodReply('a.b', 3, schema, 10)).body)).toBe('3');
  await expect(later(() => goodReply('a.b', 'three', schema, 10))).rejects.toMatchObject({
    code: 'INTERNAL',
    retryable: false,
    details: { errors: [{ pointer: '/n', detail: 'no number' }] },
  });
  const broken = { '~standard': { ...schema['~standard'], validate: () => Promise.reject(new Error('mine')) } };
  await expect(later(() => goodReply('a.b', 3, broken, 10))).rejects.toThrow('mine');
});

test('an error of the chassis crosses', () => {
  const error = new KeelsonError('MINE', 'no', { retryable: true, status: 418, details: { a: [1] }, cause: 'secret' });
  const reply = badReply(error);
  expect(String(reply.body)).not.toContain('secret');
  expect(thrownBy(() => valueOf('a.b', reply, 10))).toMatchObject({
    code: 'REPLY_FAILED',
    retryable: true,
    details: { reply: 'MINE' },
    message: 'The handler of a.b answered with an error: no',
    cause: { code: 'MINE', message: 'no', retryable: true, status: 418, details: { a: [1] } },
  });
});

test('another error shows nothing of itself', () => {
  for (const error of [new Error('secret'), 'secret', undefined, { message: 'secret' }]) {
    const { body } = badReply(error);
    expect(String(body)).not.toContain('secret');
    expect(causeOf(String(body))).toMatchObject({ code: 'INTERNAL', status: 500, retryable: true });
  }
});

test('what an error says is bounded, and details that JSON cannot carry are left out', () => {
  const circle: Record<string, unknown> = {};
  circle['me'] = circle;
  const options = { retryable: false, details: { a: 1 } };
  for (const details of [circle, { n: 1n }, { text: 'x'.repeat(70_000) }]) {
    const reply = badReply(new KeelsonError('MINE', 'no', { retryable: false, details }));
    expect(causeOf(String(reply.body))).toMatchObject({ code: 'MINE', details: {} });
  }
  const { body } = badReply(new KeelsonError('MINE', '\u0001'.repeat(3_000_000), options));
  expect(body.length).toBeLessThan(65_536);
  expect(causeOf(String(body))).toMatchObject({ code: 'MINE', details: { a: 1 } });
});

test.each(['', '{', 'null', '1', '"text"', '[]', '{"code":1,"message":2,"status":"x","details":3,"retryable":"yes"}'])(
  'a bad reply that says nothing readable is one all the same: %p',
  (body) => {
    expect(causeOf(body)).toMatchObject({
      code: 'INTERNAL',
      message: 'The reply says nothing more.',
      retryable: false,
      status: 500,
      details: {},
    });
  },
);

test('details named __proto__ pollute nothing', () => {
  expect(causeOf('{"code":"MINE","details":{"__proto__":{"polluted":1}}}').details).toEqual({});
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

import { decodeBody, encodeBody, problemOf } from '../../src/client/content';
import { type Incoming } from '../../src/client/exchange';

const answer = (body: string | Buffer, type?: string): Incoming => ({
  status: 200,
  headers: type === undefined ? {} : { 'content-type': type },
  body: Buffer.from(body),
});

describe('a body that goes out', () => {
  test.each([
    [undefined, undefined, undefined],
    ['text', 'text', 'text/plain; charset=utf-8'],
    [{ a: 1 }, '{"a":1}', 'application/json'],
    [[1], '[1]', 'application/json'],
    [null, 'null', 'application/json'],
    [7, '7', 'application/json'],
  ])('%p is %p of type %p', (body, bytes, type) => {
    expect(encodeBody(body)).toEqual({ bytes, type });
  });

  test('bytes stay bytes', () => {
    const bytes = Buffer.from([1, 2]);
    expect(encodeBody(bytes)).toEqual({ bytes, type: 'application/octet-stream' });
  });

  test.each([[() => undefined], [Symbol('x')], [{ big: 1n }]])('%p is refused', (body) => {
    expect(() => encodeBody(body)).toThrow(TypeError);
  });
});

describe('a body that comes in', () => {
  test.each([
    ['{"a":1}', 'application/json', { a: 1 }],
    ['{"a":1}', 'application/json; charset=utf-8', { a: 1 }],
    ['{"a":1}', 'application/vnd.acme.v2+json', { a: 1 }],
    ['', 'application/json', undefined],
    ['hello', 'text/plain', 'hello'],
    ['<a/>', 'application/xml', '<a/>'],
  ])('%p of type %p is %p', (body, type, value) => {
    expect(decodeBody(answer(body, type))).toEqual(value);
  });

  test('anything else is bytes', () => {
    expect(decodeBody(answer('x', 'image/png'))).toEqual(Buffer.from('x'));
    expect(decodeBody(answer('x'))).toEqual(Buffer.from('x'));
  });

  test('what says that it is JSON and is not is an error that does not quote it', () => {
    expect(() => decodeBody(answer('<html>secret', 'application/json'))).toThrow(
      'The answer says that it is JSON, and is not.',
    );
  });
});

describe('a problem document', () => {
  test.each([
    ['{"code":"X"}', 'application/problem+json', { code: 'X' }],
    ['{"code":"X"}', 'application/json', undefined],
    ['[]', 'application/problem+json', undefined],
    ['{', 'application/problem+json', undefined],
  ])('%p of type %p is %p', (body, type, problem) => {
    expect(problemOf(answer(body, type))).toEqual(problem);
  });
});

import { SpanAttributes } from '../../src/tracing/span-attributes';

const limits = { count: 3, valueLength: 5 };
const kept = (attributes: SpanAttributes): Record<string, unknown> => Object.fromEntries(attributes.entries());

describe('SpanAttributes', () => {
  test('keeps text, numbers, truth values and lists', () => {
    const attributes = new SpanAttributes({ count: 9, valueLength: 99 }, { a: 'x', b: 1.5, c: false, d: ['x', null] });
    expect(kept(attributes)).toEqual({ a: 'x', b: 1.5, c: false, d: ['x', null] });
    expect([attributes.size, attributes.dropped]).toEqual([4, 0]);
  });

  test('the last value counts', () => {
    const attributes = new SpanAttributes(limits, { a: 1 });
    attributes.set('a', 2);
    expect(attributes.get('a')).toBe(2);
  });

  test('there is room for so many and no more, but what is there can change', () => {
    const attributes = new SpanAttributes(limits, { a: 1, b: 2, c: 3, d: 4, e: 5 });
    attributes.set('a', 9);
    expect(kept(attributes)).toEqual({ a: 9, b: 2, c: 3 });
    expect(attributes.dropped).toBe(2);
  });

  test('text is cut, in lists too, and lists are', () => {
    const attributes = new SpanAttributes(limits, { a: '123456789', b: ['123456789'], c: Array(500).fill(1) });
    expect(attributes.get('a')).toBe('12345');
    expect(attributes.get('b')).toEqual(['12345']);
    expect(attributes.get('c')).toHaveLength(128);
  });

  test('nothing is not an attribute; what has no form is dropped and counted', () => {
    const attributes = new SpanAttributes(limits, { a: undefined, b: null });
    expect(attributes.dropped).toBe(0);
    for (const value of [{}, () => 1, Symbol('x'), 12n, new Map()]) attributes.set('x', value);
    attributes.set('', 1);
    attributes.set('k'.repeat(257), 1);
    expect([attributes.size, attributes.dropped]).toEqual([0, 7]);
  });

  test('a list keeps its places', () => {
    const attributes = new SpanAttributes(limits, { a: ['x', {}, undefined, 2] });
    expect(attributes.get('a')).toEqual(['x', null, null, 2]);
  });

  test('is empty from anything that is not an object', () => {
    expect(new SpanAttributes(limits, 'text').size).toBe(0);
    expect(new SpanAttributes(limits, null).size).toBe(0);
  });

  test('a list that is changed later is not', () => {
    const list = ['a'];
    const attributes = new SpanAttributes(limits, { list });
    list.push('b');
    expect(attributes.get('list')).toEqual(['a']);
  });
});

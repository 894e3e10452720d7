import { createRedactor } from '../../src/core';
import { type BoundFields, Fields, membersOf, reservedNames } from '../../src/logging/fields';

const fields = new Fields(createRedactor());
const parsed = (given: Record<string, unknown>): unknown => JSON.parse(`{"first":1${fields.json(given)}}`);

describe('Fields', () => {
  test('members of every kind', () => {
    const given = {
      s: 'x',
      n: 1.5,
      b: true,
      f: false,
      nan: Number.NaN,
      big: 1n,
      nil: null,
      none: undefined,
      o: { a: [1] },
      '': 'empty',
    };
    const expected = {
      first: 1,
      s: 'x',
      n: 1.5,
      b: true,
      f: false,
      nan: 'NaN',
      big: '1',
      nil: null,
      o: { a: [1] },
      '': 'empty',
    };
    expect(parsed(given)).toEqual(expected);
    expect({ first: 1, ...fields.record(given) }).toEqual(expected);
  });

  test('no field takes the place of a reserved member, or of another field', () => {
    const forged = Object.fromEntries(reservedNames.map((name) => [name, 'forged']));
    const out = parsed({ ...forged, 'field.level': 'mine', ['__proto__']: 'p' }) as Record<string, unknown>;
    for (const name of reservedNames) {
      expect(out).not.toHaveProperty(name);
      expect(out[`field.${name}`]).toBe('forged');
    }
    expect(out['field.field.level']).toBe('mine');
    expect(out['field.__proto__']).toBe('p');
    expect(Object.keys(fields.record(forged))).toEqual(reservedNames.map((name) => `field.${name}`));
  });

  test('secrets are masked by key and by text, in both forms', () => {
    const given = {
      password: 'p1',
      apiKey: 22,
      tokens: 5,
      token: null,
      cookie: { sid: 'p3' },
      url: 'amqp://u:p4@h',
      list: [{ secret: 'p5' }],
    };
    const expected = {
      password: '******',
      apiKey: '******',
      tokens: 5,
      token: null,
      cookie: '******',
      url: 'amqp://u:******@h',
      list: [{ secret: '******' }],
    };
    expect(parsed(given)).toEqual({ first: 1, ...expected });
    expect(fields.record(given)).toEqual(expected);
  });

  test('a getter that throws is one bad field', () => {
    const given = {
      get bad(): string {
        throw new Error('no');
      },
      good: 1,
    };
    expect(parsed(given)).toEqual({ first: 1, bad: '[Threw]', good: 1 });
    expect(fields.record(given)).toEqual({ bad: '[Threw]', good: 1 });
  });

  test('a line is bounded', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`key${i}`, 'x'.repeat(1_000)]));
    const long = { text: 'x'.repeat(10_000_000), ['k'.repeat(10_000)]: 1 };
    expect(fields.json(many).length).toBeLessThan(140_000);
    expect(parsed(many)).toHaveProperty(['...'], '[Truncated]');
    expect(JSON.stringify(fields.record(many)).length).toBeLessThan(140_000);
    expect(JSON.stringify(parsed(long)).length).toBeLessThan(10_000);
    expect(fields.text('m'.repeat(1_000_000)).length).toBeLessThan(10_000);
  });

  test('short values of many names are bounded too, with what children add', () => {
    const digits = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`a rather long name ${i}`, 7]));
    const bound = Array.from({ length: 50 }, (_, i) => ({ [`bound${i}`]: 'x'.repeat(5_000) })).reduce(
      (parent: BoundFields | undefined, one) => fields.bind(parent, one),
      undefined,
    ) as BoundFields;
    expect(fields.json(digits).length).toBeLessThan(131_200);
    expect(JSON.stringify(fields.record(digits)).length).toBeLessThan(131_200);
    expect(bound.record).toMatchObject({ bound0: 'x'.repeat(5_000), '...': '[Truncated]' });
    expect(bound.json.length).toBeLessThan(66_000);
    expect(fields.bind(undefined, digits).json.length).toBeLessThan(66_000);
    expect(bound.json.length + fields.json(digits, bound.json.length).length).toBeLessThan(131_200);
  });

  test('what a child adds gives way to what the line has', () => {
    const parent = fields.bind(undefined, { a: 1, level: 'x', password: 'p' });
    const child = fields.bind(parent, { b: 2, a: 3 });
    expect(child.record).toEqual({ a: 3, 'field.level': 'x', password: '******', b: 2 });
    expect(JSON.parse(`{"first":1${child.json}}`)).toEqual({ first: 1, ...child.record });
    expect(fields.boundJson(child, undefined)).toBe(child.json);
    expect(fields.boundJson(child, { c: 1 })).toBe(child.json);
    expect(fields.boundJson(child, { a: undefined })).toBe(child.json);
    expect(fields.boundJson(child, { a: 9, level: 'y' })).toBe(membersOf({ password: '******', b: 2 }));
  });
});

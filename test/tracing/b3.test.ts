import { type Carrier } from '../../src/core';
import { formatB3, parseB3, writeB3Multi } from '../../src/tracing/b3';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { spanBits } from '../../src/tracing/span-bits';

const trace = '80f198ee56343ba864fe8b2a57d3eff7';
const short = '64fe8b2a57d3eff7';
const span = '05e3ac9a4f6e3b90';
const { sampled, debug, undecided, remote } = spanBits;
const multi = (more: Record<string, string | string[]>): Carrier => ({
  'x-b3-traceid': trace,
  'x-b3-spanid': span,
  ...more,
});

type Expected = { readonly traceId: string; readonly bits: number } | undefined;

const cases: readonly (readonly [why: string, carrier: Carrier, expected: Expected])[] = [
  ['accept', { b3: `${trace}-${span}-1` }, { traceId: trace, bits: sampled }],
  ['deny', { b3: `${trace}-${span}-0` }, { traceId: trace, bits: 0 }],
  ['debug', { b3: `${trace}-${span}-d` }, { traceId: trace, bits: sampled | debug }],
  ['no decision', { b3: `${trace}-${span}` }, { traceId: trace, bits: undecided }],
  ['with a parent', { b3: `${trace}-${span}-1-e457b5a2e4d86bd1` }, { traceId: trace, bits: sampled }],
  ['64 bits are padded', { b3: `${short}-${span}-1` }, { traceId: `0000000000000000${short}`, bits: sampled }],
  ['a decision alone: deny', { b3: '0' }, { traceId: '', bits: 0 }],
  ['a decision alone: accept', { b3: '1' }, { traceId: '', bits: sampled }],
  ['a decision alone: debug', { b3: 'd' }, { traceId: '', bits: sampled | debug }],
  ['no such decision', { b3: 'x' }, undefined],
  ['a bad decision behind ids', { b3: `${trace}-${span}-2` }, undefined],
  ['a bad parent', { b3: `${trace}-${span}-1-e457` }, undefined],
  ['upper case', { b3: `${trace.toUpperCase()}-${span}-1` }, undefined],
  ['trace id all zero', { b3: `${'0'.repeat(32)}-${span}-1` }, undefined],
  ['span id all zero', { b3: `${trace}-${'0'.repeat(16)}-1` }, undefined],
  ['trace id of 31', { b3: `${trace.slice(1)}-${span}-1` }, undefined],
  ['two headers', { b3: [`${trace}-${span}-1`, `${trace}-${span}-1`] }, undefined],
  ['two headers joined', { b3: `${trace}-${span}-1, ${trace}-${span}-1` }, undefined],
  ['empty', { b3: '' }, undefined],
  [
    'the single header wins',
    { ...multi({ 'x-b3-sampled': '0' }), b3: `${short}-${span}-1` },
    { traceId: `0000000000000000${short}`, bits: sampled },
  ],
  ['multi: accept', multi({ 'x-b3-sampled': '1' }), { traceId: trace, bits: sampled }],
  ['multi: true', multi({ 'x-b3-sampled': 'true' }), { traceId: trace, bits: sampled }],
  ['multi: deny', multi({ 'x-b3-sampled': '0' }), { traceId: trace, bits: 0 }],
  ['multi: false', multi({ 'x-b3-sampled': 'false' }), { traceId: trace, bits: 0 }],
  ['multi: debug', multi({ 'x-b3-flags': '1' }), { traceId: trace, bits: sampled | debug }],
  [
    'multi: debug wins over deny',
    multi({ 'x-b3-flags': '1', 'x-b3-sampled': '0' }),
    { traceId: trace, bits: sampled | debug },
  ],
  ['multi: no decision', multi({}), { traceId: trace, bits: undecided }],
  ['multi: a bad decision is none', multi({ 'x-b3-sampled': 'banana' }), { traceId: trace, bits: undecided }],
  ['multi: d is no decision', multi({ 'x-b3-sampled': 'd' }), { traceId: trace, bits: undecided }],
  [
    'multi: a name of every object is none',
    multi({ 'x-b3-sampled': 'constructor' }),
    { traceId: trace, bits: undecided },
  ],
  [
    'multi: 64 bits are padded',
    multi({ 'x-b3-traceid': short }),
    { traceId: `0000000000000000${short}`, bits: undecided },
  ],
  ['multi: a decision alone', { 'x-b3-sampled': '0' }, { traceId: '', bits: 0 }],
  ['multi: flags alone', { 'x-b3-flags': '1' }, { traceId: '', bits: sampled | debug }],
  ['multi: a bad decision alone', { 'x-b3-sampled': 'x' }, undefined],
  ['multi: no span id', { 'x-b3-traceid': trace }, undefined],
  ['multi: a bad span id', multi({ 'x-b3-spanid': 'xyz' }), undefined],
  ['multi: a bad trace id', multi({ 'x-b3-traceid': 'xyz' }), undefined],
  ['multi: two trace ids', multi({ 'x-b3-traceid': [trace, trace] }), undefined],
  ['multi: all zero', multi({ 'x-b3-traceid': '0'.repeat(16) }), undefined],
  ['nothing', {}, undefined],
];

describe('reading B3', () => {
  test.each(cases)('%s', (_why, carrier, expected) => {
    const parsed = parseB3(carrier);
    expect(parsed && { traceId: parsed.traceId, bits: parsed.bits & ~remote }).toEqual(expected);
    if (parsed !== undefined) expect(parsed.bits & remote).toBe(remote);
  });
});

describe('writing B3', () => {
  const written = (bits: number): [string, Record<string, string>] => {
    const headers: Record<string, string> = {};
    const one = new PassiveSpan(trace, span, bits);
    writeB3Multi(one, headers);
    return [formatB3(one), headers];
  };

  test('accept, deny and debug', () => {
    const ids = { 'x-b3-traceid': trace, 'x-b3-spanid': span };
    expect(written(sampled)).toEqual([`${trace}-${span}-1`, { ...ids, 'x-b3-sampled': '1' }]);
    expect(written(0)).toEqual([`${trace}-${span}-0`, { ...ids, 'x-b3-sampled': '0' }]);
    expect(written(sampled | debug)).toEqual([`${trace}-${span}-d`, { ...ids, 'x-b3-flags': '1' }]);
  });
});

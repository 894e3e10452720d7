import { join } from 'node:path';
import { endPrograms, runProgram } from '../../support/program';
import { rawExchange } from '../../support/raw-http';
import { fault } from './support/fault';

const traced = join(__dirname, 'fixtures/traced.cjs');
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const valid = `00-${traceId}-${spanId}-01`;
const upper = valid.toUpperCase();

const invalid: readonly (readonly string[])[] = [
  ...['', ' ', 'x', '00', '-', '---', '0', 'null', 'undefined', '[object Object]', '{}'],
  ...[valid.slice(0, -1), `${valid}0`, `${valid}-`, `${valid}-00`, `${valid} x`, `${valid};a=b`, `x${valid}`],
  ...[upper, `00-${traceId.toUpperCase()}-${spanId}-01`, `00-${traceId}-${spanId.toUpperCase()}-01`],
  ...[
    `ff-${traceId}-${spanId}-01`,
    `FF-${traceId}-${spanId}-01`,
    `0-${traceId}-${spanId}-01`,
    `zz-${traceId}-${spanId}-01`,
  ],
  ...[
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`,
  ],
  ...[`00-${traceId.slice(1)}-${spanId}-01`, `00-${traceId}0-${spanId}-01`, `00-${traceId}-${spanId.slice(1)}-01`],
  ...[`00-${traceId}-${spanId}0-01`, `00-g${traceId.slice(1)}-${spanId}-01`, `00-${traceId}-${spanId.slice(1)}g-01`],
  ...[
    `00-${traceId}-${spanId}-1`,
    `00-${traceId}-${spanId}-001`,
    `00-${traceId}-${spanId}-xx`,
    `00-${traceId}-${spanId}-0A`,
  ],
  ...[`00-${traceId}-${spanId}`, `00_${traceId}_${spanId}_01`, `00 ${traceId} ${spanId} 01`, `${traceId}-${spanId}-01`],
  ...[
    `01-${traceId}-${spanId}-01x`,
    `cc-${traceId}-${spanId}-01.what`,
    `cc-${traceId}-${spanId}`,
    `0\xa00-${traceId}-${spanId}-01`,
  ],
  ...[
    `"${valid}"`,
    `00-${traceId}-${spanId}-01\t\t-`,
    '9'.repeat(8_000),
    `00-${'a'.repeat(8_000)}`,
    '\xff\xfe\x80',
    `${valid},${valid}`,
  ],
].map((one) => [one]);

const twice: readonly (readonly string[])[] = [
  [valid, valid],
  [valid, `00-${'1'.repeat(32)}-${spanId}-01`],
  [valid, ''],
  ['', valid],
  ['x', valid],
  [valid, valid, valid],
];

/** Control: what is valid is taken over, so that the others were refused for what they are. */
const good = [
  valid,
  `  ${valid}\t`,
  `00-${traceId}-${spanId}-00`,
  `00-${traceId}-${spanId}-ff`,
  `01-${traceId}-${spanId}-01`,
  `cc-${traceId}-${spanId}-01-what-else`,
];

interface Told {
  readonly traceId: string;
  readonly spanId: string;
  readonly work: string;
  readonly outgoing: Record<string, string>;
  readonly ms: number;
}

async function get(port: number, fields: readonly string[]): Promise<{ status: number; told: Told | undefined }> {
  const lines = ['GET /trace HTTP/1.1', 'host: x', 'connection: close', ...fields];
  const [answer] = await rawExchange(port, `${lines.join('\r\n')}\r\n\r\n`);
  const told = answer?.status === 200 ? (JSON.parse(answer.body) as Told) : undefined;
  return { status: answer?.status ?? 0, told };
}

afterAll(endPrograms);

fault(41, 'traceparent that is not valid, in every way, and twice', 'a new trace, never an error', async (report) => {
  const program = runProgram([traced]);
  const port = await program.ready();
  for (const header of good) {
    const { told } = await get(port, [`traceparent: ${header}`, 'tracestate: a=b']);
    expect({ header, traceId: told?.traceId, state: told?.outgoing['tracestate'] }).toEqual({
      header,
      traceId,
      state: 'a=b',
    });
  }
  const seen = new Set([traceId, '0'.repeat(32)]);
  for (const headers of [...invalid, ...twice]) {
    const fields = headers.map((header, i) => `${i % 2 === 0 ? 'traceparent' : 'TraceParent'}: ${header}`);
    const { status, told } = await get(port, [...fields, 'tracestate: a=b']);
    expect({ headers, status }).toEqual({ headers, status: 200 });
    const { traceId: made, spanId: own, work, outgoing } = told as Told;
    expect({ headers, made, again: seen.has(made) }).toEqual({
      headers,
      made: expect.stringMatching(/^[0-9a-f]{32}$/),
      again: false,
    });
    expect(outgoing).toEqual({ traceparent: expect.stringMatching(new RegExp(`^00-${made}-${own}-0[0-3]$`)) });
    expect(work).toBe(made);
    seen.add(made);
  }
  const wrong = program.lines.filter(({ level }) => level !== 'info');
  expect(wrong).toEqual([]);
  const count = invalid.length + twice.length;
  report(
    `new traces: ${seen.size - 2} of ${count}, answered 200: ${count} of ${count}, lines above info: ${wrong.length}`,
  );
});

const fill = (size: number, member: (i: number) => string): string => {
  let text = member(0);
  for (let i = 1; text.length < size; i++) text += `,${member(i)}`;
  return text;
};

const hostileOf = (size: number): readonly (readonly [string, string])[] => [
  ['tracestate', fill(size, (i) => `k${i}=${'v'.repeat(20)}`)],
  ['tracestate', fill(size, (i) => `k${i}=${'v'.repeat(255)}`)],
  ['tracestate', `a=${'v'.repeat(size)}`],
  ['tracestate', `a=b${' '.repeat(size)}x`],
  ['tracestate', ','.repeat(size)],
  ['tracestate', fill(size, (i) => `k${i}${'x'.repeat(235)}=${'v'.repeat(255)}`)],
  ['baggage', fill(size, (i) => `k${i}=${'v'.repeat(20)}`)],
  ['baggage', fill(size, (i) => `k${i}=${'v'.repeat(4_000)}`)],
  ['baggage', fill(size, (i) => `k${i}=${'%F0%9F%98%80'.repeat(10)};p=${'q'.repeat(50)}`)],
  ['baggage', fill(size, (i) => `k${i}=${"(*)'!".repeat(20)}`)],
  ['baggage', `a=${'v'.repeat(size)}`],
  ['baggage', '='.repeat(size)],
  ['baggage', `${';'.repeat(size / 2)}${','.repeat(size / 2)}`],
  ['baggage', fill(size, () => `same=${'%'.repeat(30)}`)],
  ['baggage', `a=b;${' '.repeat(size)}`],
];

const stateForm =
  /^[a-z0-9][a-z0-9_\-*/@]*=[\x20-\x2b\x2d-\x3c\x3e-\x7e]+(,[a-z0-9][a-z0-9_\-*/@]*=[\x20-\x2b\x2d-\x3c\x3e-\x7e]+)*$/;
const baggageForm = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+=[\x21-\x7e ]*$/;
const limit = 8_192;

async function largest(
  port: number,
  size: number,
  status: number,
): Promise<{ bytes: number; together: number; slowestMs: number; count: number }> {
  const found = { bytes: 0, together: 0, slowestMs: 0, count: 0 };
  for (const [name, value] of hostileOf(size)) {
    const begun = performance.now();
    const beside = name === 'baggage' ? 'tracestate: a=b' : 'baggage: a=b';
    const answer = await get(port, [`traceparent: ${valid}`, `${name}: ${value}`, beside]);
    found.slowestMs = Math.max(found.slowestMs, performance.now() - begun);
    found.count += 1;
    expect({ name, start: value.slice(0, 40), status: answer.status }).toEqual({
      name,
      start: value.slice(0, 40),
      status,
    });
    if (answer.told === undefined) continue;
    const { outgoing } = answer.told;
    expect(answer.told.traceId).toBe(traceId);
    const { tracestate, baggage } = outgoing;
    if (tracestate !== undefined) expect(tracestate).toMatch(stateForm);
    if (baggage !== undefined) expect(baggage).toMatch(baggageForm);
    expect(tracestate?.length ?? 0).toBeLessThanOrEqual(512);
    expect(baggage?.split(',').length ?? 0).toBeLessThanOrEqual(64);
    const sizes = Object.values(outgoing).map((one) => Buffer.byteLength(one));
    found.bytes = Math.max(found.bytes, ...sizes);
    found.together = Math.max(
      found.together,
      sizes.reduce((sum, one) => sum + one, 0),
    );
  }
  return found;
}

fault(42, 'tracestate and baggage of up to 64 kB', 'limited or left out in what is sent on', async (report) => {
  const usual = runProgram([traced]);
  const wide = runProgram([traced], { HTTP_MAX_HEADER_BYTES: '200000' });
  const [usualPort, widePort] = [await usual.ready(), await wide.ready()];
  const within = await largest(usualPort, 15_000, 200);
  const beyond = await largest(usualPort, 64_000, 431);
  const let64 = await largest(widePort, 64_000, 200);
  const bytes = Math.max(within.bytes, let64.bytes);
  expect(bytes).toBeLessThanOrEqual(limit);
  expect(bytes).toBeGreaterThan(1_000);
  report(
    `largest header sent on: ${bytes} bytes, limit ${limit}; all of them together ${Math.max(within.together, let64.together)}`,
  );
  report(`beyond the limit of the head: ${beyond.count} of ${beyond.count} answered 431`);
  report(`slowest answer ${Math.max(within.slowestMs, let64.slowestMs).toFixed(0)} ms, limit 1000 ms`);
  expect(Math.max(within.slowestMs, let64.slowestMs)).toBeLessThan(1_000);
  expect([...usual.lines, ...wide.lines].filter(({ level }) => level !== 'info')).toEqual([]);
});

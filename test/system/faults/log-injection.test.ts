import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram, type Program } from '../../support/program';
import { RawClient } from '../../support/raw-http';
import { fault } from './support/fault';

const talkative = join(__dirname, 'fixtures/talkative.cjs');
const forged = '{"level":"error","message":"forged"}';

const hostile: readonly string[] = [
  `\n${forged}\n`,
  `\r\n${forged}\r\n`,
  `\r${forged}`,
  `"}\n${forged}`,
  `\u2028${forged}\u2029`,
  `\u0085${forged}`,
  `\u000b${forged}\f`,
  '\u0000',
  '\u001b[2J\u001b[31m',
  '\u009b31m',
  '\u001b]0;title\u0007',
  '\u202eevil',
  '\u2066x',
  '\b\b\b\u007f',
  '\ud800',
  '\\n\\u000a',
  '%0a%0d',
  '","level":"debug","x":"',
  'level',
  '__proto__',
];

/** Everything that ends a line somewhere or that a terminal acts on, but the line end itself. */
const active = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

afterAll(endPrograms);

interface Events {
  /** Lines that the requests must lead to. */
  lines: number;
  /** Answers to what was not even a request. */
  refused: number;
}

async function speak(port: number, events: Events): Promise<void> {
  for (const text of hostile) {
    const body = JSON.stringify({ text });
    const said = encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '?'));
    const headers = { 'content-type': 'application/json', 'x-request-id': said };
    const sayer = await ask(port, `/say/${said}?a=${said}&${said}=b`, { method: 'POST', headers, body });
    const failer = await ask(port, '/fail', { method: 'POST', headers, body });
    expect({ text, statuses: [sayer.status, failer.status] }).toEqual({ text, statuses: [200, 500] });
    events.lines += 3 + 1 + 1 + 1; // of /say, of /fail, and an access line each
  }
}

/** What only a socket can send: bytes that no client library lets through. */
async function speakRaw(port: number, events: Events): Promise<void> {
  for (const bytes of ['\n', '\r', '\0', '\x1b[31m', '\x85', '\x9b31m', '\xe2\x80\xa8', '\x7f', '\xff']) {
    for (const [path, header] of [
      [`/no${bytes}where`, 'x'],
      ['/say/x', `a${bytes}${forged}`],
    ] as const) {
      const client = await RawClient.open(port);
      const fields = ['x-said', 'user-agent', 'x-request-id', 'traceparent', 'baggage'].map(
        (name) => `${name}: ${header}\r\n`,
      );
      client.send(`POST ${path} HTTP/1.1\r\nhost: x\r\n${fields.join('')}content-type: application/json\r\n`);
      client.send('content-length: 2\r\nconnection: close\r\n\r\n{}');
      const [answer] = await client.rest();
      if (answer?.status === 400) events.refused += 1;
      else events.lines += answer?.status === 200 ? 4 : 1;
      expect([200, 400, 404]).toContain(answer?.status);
    }
  }
}

/** Everything that was written, line by line, after the service has stopped in order. */
async function linesOf(program: Program): Promise<string[]> {
  program.kill('SIGINT');
  expect((await program.ended).code).toBe(0);
  const lines = program.stdout.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.filter((line) => active.test(line))).toEqual([]);
  return lines;
}

/** Of the service's own life: ready, stopping, stopped. */
const ownLines = 3;

fault(
  38,
  'line ends, terminal controls and NUL in path, query, headers and body',
  'a JSON line per event',
  async (report) => {
    const program = runProgram([talkative]);
    const port = await program.ready();
    const events = { lines: 0, refused: 0 };
    await speak(port, events);
    await speakRaw(port, events);
    const lines = await linesOf(program);
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.refused).toBeGreaterThan(0);
    expect(
      parsed.filter(
        ({ message, level }) => message === 'forged' || !['info', 'warn', 'error'].includes(level as string),
      ),
    ).toEqual([]);
    expect(lines.length - ownLines).toBe(events.lines);
    report(
      `lines: ${lines.length - ownLines} for ${events.lines} events; forged: 0; requests refused as no HTTP: ${events.refused}`,
    );
  },
);

fault(38, 'the same, written for people', 'a line per event that begins with the time', async (report) => {
  const program = runProgram([talkative], { LOG_FORMAT: 'pretty' });
  const port = await eventually(() => /ready port=(\d+)/.exec(program.stdout)?.[1], 'the port');
  const events = { lines: 0, refused: 0 };
  await speak(Number(port), events);
  const lines = await linesOf(program);
  const heads = lines.filter((line) => /^\d\d:\d\d:\d\d\.\d{3} (?:INFO|WARN|ERROR) /.test(line)).length;
  // Stacks stand below their line, indented.
  expect(lines.filter((line) => !/^(?:\d\d:\d\d:\d\d\.| )/.test(line))).toEqual([]);
  expect(heads - ownLines).toBe(events.lines);
  report(`lines: ${heads - ownLines} for ${events.lines} events; forged: 0`);
});

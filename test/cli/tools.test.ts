import { PassThrough } from 'node:stream';
import { loadService } from '../../src/cli/load-service';
import { processOutput, processTools } from '../../src/cli/tools';

const signals = (): number => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');

test('writes to the process’s own streams', () => {
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  processOutput.out('a');
  processOutput.err('b');
  const written = [out.mock.calls, err.mock.calls];
  out.mockRestore();
  err.mockRestore();
  expect(written).toEqual([[['a']], [['b']]]);
});

test('has what commands need, and loads the broker’s part when it is asked for', () => {
  const tools = processTools();
  expect([tools.env, tools.load]).toEqual([process.env, loadService]);
  expect(Object.keys(tools.amqp())).toEqual(
    expect.arrayContaining(['applyTopology', 'eventQueue', 'openDeadLetters', 'topologyOf']),
  );
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])('with a terminal to read from (%s) and to write to (%s) there is somebody to ask: %s', (input, output, asks) => {
  const before = [process.stdin.isTTY, process.stderr.isTTY, process.stderr.columns] as const;
  [process.stdin.isTTY, process.stderr.isTTY, process.stderr.columns] = [input, output, 80];
  const { ask, prompt, columns } = processTools();
  [process.stdin.isTTY, process.stderr.isTTY, process.stderr.columns] = before;
  expect([ask !== undefined, prompt !== undefined, columns]).toEqual([asks, asks, output ? 80 : undefined]);
});

test('a terminal that does not know its width is taken for a usual one', () => {
  const before = [process.stderr.isTTY, process.stderr.columns] as const;
  [process.stderr.isTTY, process.stderr.columns] = [true, 0];
  const { columns } = processTools();
  [process.stderr.isTTY, process.stderr.columns] = before;
  expect(columns).toBe(80);
});

/** Asks at a terminal where `text` is typed; undefined: it is closed. Resolves to the answer and what was written. */
async function atTerminal<T>(
  text: string | undefined,
  question: () => Promise<T> | undefined,
): Promise<[T | undefined, string]> {
  const given = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = process.stderr.isTTY;
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  process.stderr.isTTY = true;
  const answer = question();
  stdin.end(text);
  const answered = await answer;
  Object.defineProperty(process, 'stdin', given);
  process.stderr.isTTY = stderr;
  const questions = written.mock.calls.map(([chunk]) => String(chunk)).join('');
  written.mockRestore();
  return [answered, questions];
}

test.each([
  ['y\n', true],
  ['Yes \n', true],
  ['n\n', false],
  ['\n', false],
  ['yesterday\n', false],
  [undefined, false],
])('the answer %j is a yes: %s', async (text, yes) => {
  const [answered, questions] = await atTerminal(text, () => processTools().ask?.('Sure? '));
  expect([answered, questions]).toEqual([yes, expect.stringContaining('Sure? ')]);
  // What follows begins a line of its own.
  expect(questions.endsWith('\n')).toBe(true);
});

test.each([
  ['orders\n', 'orders'],
  ['\n', ''],
  [undefined, undefined],
])('asked for a line, %j gives %j', async (text, line) => {
  const [answered, questions] = await atTerminal(text, () => processTools().prompt?.('Name: '));
  expect([answered, questions]).toEqual([line, expect.stringContaining('Name: ')]);
  expect(questions.endsWith('\n')).toBe(true);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s aborts once; then nobody listens any more', async (name) => {
  const before = signals();
  let aborted = false;
  const work = processTools().interruptible(async (signal) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    aborted = signal.aborted;
    return signals();
  });
  expect(signals()).toBe(before + 2);
  process.emit(name);
  expect(await work).toBe(before);
  expect(aborted).toBe(true);
});

test('work that ends by itself, well or not, leaves no listener', async () => {
  const before = signals();
  expect(await processTools().interruptible(() => Promise.resolve(7))).toBe(7);
  await expect(processTools().interruptible(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(signals()).toBe(before);
});

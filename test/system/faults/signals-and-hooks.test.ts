import { ask } from '../../support/ask';
import { endPrograms } from '../../support/program';
import { fault } from './support/fault';
import { hooks, inFlight, runLife, seconds, sleep } from './support/life';

afterAll(endPrograms);

/** The same signal again within this time is one Ctrl-C that arrived twice. */
const echoMs = 100;
const patient = { SHUTDOWN_DRAIN_DELAY_MS: '5000', SHUTDOWN_TIMEOUT_MS: '25000' };
const numbers = { SIGTERM: 15, SIGINT: 2 } as const;
const pairs = (['SIGTERM', 'SIGINT'] as const).flatMap((first) =>
  (['SIGTERM', 'SIGINT'] as const).map((second) => [first, second] as const),
);

fault(
  5,
  'a second SIGTERM or SIGINT during the drain and during a hook of 10 s',
  'it exits at once with 128 + n, and no hook runs twice',
  async (report) => {
    let slowest = 0;
    let most = 0;
    for (const [first, second] of pairs) {
      // After SIGTERM the second one comes in the drain delay; SIGINT has none, there it finds the hook running.
      const program = runLife(patient, 'fine long');
      await program.ready();
      program.kill(first);
      await program.line(first === 'SIGTERM' ? 'stopping' : 'hook called');
      await sleep(echoMs + 50);
      const at = program.kill(second);
      const ending = await program.ended;
      const called = hooks(program, 'called');
      slowest = Math.max(slowest, ending.at - at);
      most = Math.max(most, called.length);
      expect(ending).toMatchObject({ code: 128 + numbers[second], signal: null });
      expect(called).toEqual(first === 'SIGTERM' ? [] : ['1 long']);
    }
    report(
      `${pairs.length} of ${pairs.length} pairs of signals exit with 128 + n, within ${Math.ceil(slowest)} ms, limit 1 s`,
    );
    report(`no hook ran more than ${most} times, limit 1`);
    expect(slowest).toBeLessThan(1_000);
  },
);

fault(
  5,
  'one Ctrl-C that arrives twice, as under npm start',
  'the stop goes on in order, each hook runs once',
  async (report) => {
    const program = runLife({}, 'fine slow fine');
    const port = await program.ready();
    const request = ask(port, '/slow/500');
    await inFlight(program, 1);
    program.kill('SIGINT');
    // The second one must not be merged with the first by the kernel, which keeps one of each kind.
    await program.line('stopping');
    program.kill('SIGINT');
    const { status } = await request;
    const ending = await program.ended;
    const called = hooks(program, 'called');
    report(`${called.length} runs of 3 hooks, limit 3; exit with ${ending.code}`);
    expect(status).toBe(200);
    expect(called).toEqual(['2 fine', '1 slow', '0 fine']);
    expect(hooks(program, 'done')).toEqual(called);
    expect(ending).toMatchObject({ code: 0, signal: null });
  },
);

fault(
  9,
  'a hook that throws, one that rejects and one that hangs, a grace of 3 s',
  'the others still run to their end, within the grace, and the exit code is 1',
  async (report) => {
    const program = runLife(
      { SHUTDOWN_DRAIN_DELAY_MS: '0', SHUTDOWN_TIMEOUT_MS: '3000' },
      'slow fine hangs rejects slow throws',
    );
    await program.ready();
    const at = program.kill('SIGTERM');
    const ending = await program.ended;

    const took = ending.at - at;
    const done = hooks(program, 'done');
    report(`${done.length} of 3 sound hooks ran to their end, limit 3; exit after ${seconds(took)}, limit 3 s`);
    expect(hooks(program, 'called')).toEqual(['5 throws', '4 slow', '3 rejects', '2 hangs', '1 fine', '0 slow']);
    expect(done).toEqual(['4 slow', '1 fine', '0 slow']);
    expect(took).toBeLessThan(3_000);
    expect(ending).toMatchObject({ code: 1, signal: null });
    const told = await program.line('a step of the stop failed');
    for (const name of ['5 throws', '3 rejects', '2 hangs'])
      expect(JSON.stringify(told)).toContain(`The component '${name}' failed to stop`);
    expect(JSON.stringify(told)).not.toContain('slow');
    expect((await program.line('stopped')).level).toBe('info');
  },
);

fault(
  9,
  'three hooks that hang, and a request that takes longer than the grace of 3 s',
  'every hook is called, the sound ones run to their end, within the grace',
  async (report) => {
    const program = runLife(
      { SHUTDOWN_DRAIN_DELAY_MS: '0', SHUTDOWN_TIMEOUT_MS: '3000' },
      'fine hangs hangs fine hangs',
    );
    const port = await program.ready();
    const cut = ask(port, '/slow/60000').catch((error: NodeJS.ErrnoException) => error.code);
    await inFlight(program, 1);
    const at = program.kill('SIGTERM');
    const ending = await program.ended;

    const took = ending.at - at;
    report(`${hooks(program, 'called').length} of 5 hooks called, limit 5; exit after ${seconds(took)}, limit 3 s`);
    expect(await cut).toBe('ECONNRESET');
    expect(hooks(program, 'called')).toEqual(['4 hangs', '3 fine', '2 hangs', '1 hangs', '0 fine']);
    expect(hooks(program, 'done')).toEqual(['3 fine', '0 fine']);
    expect(took).toBeLessThan(3_000);
    expect(ending).toMatchObject({ code: 1, signal: null });
  },
);

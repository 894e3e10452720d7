import { ask, refusalOf } from '../../support/ask';
import { endPrograms } from '../../support/program';
import { fault } from './support/fault';
import { hooks, inFlight, runLife, seconds } from './support/life';

afterAll(endPrograms);

const crashes = [
  ['exception', 'an uncaught exception', 'uncaught exception'],
  ['rejection', 'an unhandled rejection', 'unhandled rejection'],
  ['storm', 'an uncaught exception every 5 ms', 'uncaught exception'],
] as const;

for (const [kind, injected, named] of crashes) {
  fault(
    11,
    `${injected} with 10 requests of 1 s and one of 60 s in flight`,
    'it is logged, the port is closed, what ends within 2.4 s is answered, exit 1',
    async (report) => {
      // A drain delay, as in production: a crash does not wait for it.
      const program = runLife({ SHUTDOWN_DRAIN_DELAY_MS: '5000' }, 'fine slow');
      const port = await program.ready();
      const wholes = Array.from({ length: 5 }, () => ask(port, '/slow/1000'));
      const parts = Array.from({ length: 5 }, () => ask(port, '/parts/1000'));
      const long = ask(port, '/slow/60000').catch((error: NodeJS.ErrnoException) => error.code);
      await inFlight(program, 11);
      await ask(port, `/crash/${kind}`);
      const logged = await program.line(`${named}: the process ends`);
      const at = performance.now();
      await program.line('stopping');
      const answers = await Promise.allSettled([...wholes, ...parts]);
      const refusal = await refusalOf(port);
      const ending = await program.ended;

      const lost = answers.filter((one) => one.status === 'rejected' || one.value.status !== 200).length;
      const took = ending.at - at;
      report(`${lost} of 10 requests of 1 s lost, limit 0; exit with ${ending.code} after ${seconds(took)}, limit 3 s`);
      expect(lost).toBe(0);
      for (const answer of await Promise.all(parts)) expect(answer.body).toMatch(/part 9\nwhole\n$/);
      expect(await long).toBe('ECONNRESET');
      expect(refusal).toBe('ECONNREFUSED');
      expect(ending).toMatchObject({ code: 1, signal: null });
      expect(took).toBeLessThan(3_000);
      expect(logged).toMatchObject({ level: 'error', err: { stack: expect.stringContaining('life.cjs') } });
      expect(hooks(program, 'done')).toEqual(['1 slow', '0 fine']);
      expect(program.lines.at(-1)?.message).toBe('stopped');
      expect(program.stderr).toBe('');
    },
  );
}

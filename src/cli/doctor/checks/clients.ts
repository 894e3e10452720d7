import { judged, skipped, type Check, type Finding } from '../contract';

/** Nobody waits longer for an answer, in ms. */
const longestMs = 60_000;

export const clients: Check = {
  name: 'clients',
  title: 'every outbound client has a deadline and a breaker',
  limitMs: 5_000,
  run: async ({ shared }) => {
    const { clients: all } = (await shared()).facts;
    if (all.length === 0) return skipped('it makes no client before or while it starts');
    const findings = all.flatMap(({ to, timeoutMs, breaker }): Finding[] => [
      ...(timeoutMs <= longestMs
        ? []
        : [
            {
              subject: `${to} timeoutMs`,
              problem: `The client of ${to} waits up to ${Math.round(timeoutMs / 1_000)} s for an answer.`,
              remedy: `Give it a timeoutMs of at most ${longestMs}: who waits holds memory, and its own caller waits too.`,
            },
          ]),
      ...(breaker
        ? []
        : [
            {
              subject: `${to} breaker`,
              problem: `The client of ${to} has no circuit breaker.`,
              remedy: 'Take `breaker: false` away: without one, each call to a dead service costs its whole timeout.',
            },
          ]),
    ]);
    const longest = Math.max(...all.map(({ timeoutMs }) => timeoutMs));
    const count = all.length === 1 ? '1 client' : `${all.length} clients`;
    return judged(
      findings,
      `${count}, the longest deadline ${longest} ms, ${all.filter(({ breaker }) => breaker).length} with a breaker`,
    );
  },
};

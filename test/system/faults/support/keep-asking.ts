import http from 'node:http';
import { ask, type Answer } from '../../../support/ask';

/** What became of many requests. */
export interface Asked {
  readonly failed: number;
  readonly p99Ms: number;
}

/** Asks for a path many times, by some clients with a connection each. Failed is what was not answered 200. */
export async function keepAsking(
  port: number,
  path: string,
  requests: number,
  clients = 16,
  answered?: (answer: Answer) => void,
): Promise<Asked> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const ms: number[] = [];
  let left = requests;
  let failed = 0;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const begun = performance.now();
      const answer = await ask(port, path, { agent }).catch(() => undefined);
      ms.push(performance.now() - begun);
      if (answer?.status !== 200) failed += 1;
      else answered?.(answer);
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  agent.destroy();
  ms.sort((a, b) => a - b);
  return { failed, p99Ms: ms[Math.floor(ms.length * 0.99)] as number };
}

import { join } from 'node:path';
import { ask } from '../../../support/ask';
import { runProgram, type Program } from '../../../support/program';

/** What the service tells about itself. */
export interface Cost {
  /** Processor time spent since it started, all threads. */
  readonly cpuMs: number;
  /** The longest that its event loop was held up since the question before. */
  readonly blockedMs: number;
  /** Requests that a handler saw. */
  readonly reached: number;
  /** Requests that were hidden in the body of another and were handled as if they were some of their own. */
  readonly smuggled: number;
  /** Bytes read of each connection that had a request and is closed. */
  readonly bytesRead: readonly number[];
}

/** The service that everything hostile is sent to, and questions to it. */
export interface HostileService {
  readonly program: Program;
  readonly port: number;
  readonly pid: number;
  cost(): Promise<Cost>;
  /** Does it still answer as on its first day? */
  isWell(): Promise<boolean>;
}

export async function startHostileService(): Promise<HostileService> {
  const program = runProgram([join(__dirname, '..', 'fixtures', 'hostile-input.cjs')]);
  const port = await program.ready();
  return {
    program,
    port,
    pid: program.child.pid as number,
    cost: async () => JSON.parse((await ask(port, '/cost')).body) as Cost,
    isWell: async () => {
      const [root, ready] = await Promise.all([ask(port, '/'), ask(port, '/readyz')]);
      return root.body === '{"ok":true}' && ready.status === 200 && program.child.exitCode === null;
    },
  };
}

// A service in a process of its own, as its users start it: ready, asked, told to end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts it on a free port and waits until it says that it is ready. `command` is executed directly, so a signal reaches the service itself.
 * Throws with all it wrote if it ends instead.
 */
export async function runService(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env: { ...env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let log = '';
  const port = new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      log += chunk;
      const ready = log.split('\n').find((line) => line.includes('"message":"ready"') && line.endsWith('}'));
      if (ready !== undefined) resolve(JSON.parse(ready).port);
    });
  });
  const ended = exited.then(([code, signal]) => {
    throw new Error(`it ended with ${code ?? signal}:\n${log}`);
  });
  ended.catch(() => undefined);
  const url = `http://127.0.0.1:${await Promise.race([port, ended])}`;

  /** Asks for a path; throws unless the answer is 200. */
  async function ask(path) {
    const answer = await fetch(`${url}${path}`);
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${body}\n${log}`);
    return body;
  }

  /** Sends SIGTERM; throws unless it ends by itself with 0. Resolves to how long it took, in ms. */
  async function terminate() {
    const at = performance.now();
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 60_000);
    const [code, signal] = await exited;
    clearTimeout(patience);
    if (code !== 0) throw new Error(`SIGTERM ended it with ${code ?? signal}, not with 0:\n${log}`);
    return performance.now() - at;
  }

  return { ask, terminate, kill: () => child.kill('SIGKILL') };
}

// Processes that are measured, one at a time, on their core.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('one.mjs', import.meta.url));
const limitMs = 60_000;

/** What the process found. It ends when `signal` aborts, and by itself when this process does. */
export function inChild(job, signal) {
  return new Promise((resolve, reject) => {
    const args = ['-c', '0', process.execPath, '--no-warnings', program, JSON.stringify({ ...job, limitMs })];
    const env = { ...process.env, NODE_ENV: 'production' };
    let found;
    const options = { env, signal, killSignal: 'SIGKILL', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] };
    const child = spawn('taskset', args, options);
    child.once('message', (message) => (found = message));
    child.once('error', reject);
    child.once('close', (code) => {
      if (found === undefined) reject(new Error(`ended with ${code}`));
      else resolve(found);
    });
  });
}

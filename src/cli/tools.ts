import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../core';
import { type Amqp, type CliOutput, type CliTools } from './command';
import { loadService } from './load-service';

/** The process's own output. */
export const processOutput: CliOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/** What commands of this process have. */
export function processTools(): CliTools {
  const { stdin, stderr } = process;
  return {
    clock: systemClock,
    env: process.env,
    // Some terminals do not know.
    columns: stderr.isTTY ? stderr.columns || 80 : undefined,
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
    prompt: stdin.isTTY && stderr.isTTY ? prompt : undefined,
    interruptible,
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    amqp: () => require('../messaging/amqp') as Amqp,
    load: loadService,
  };
}

async function ask(question: string): Promise<boolean> {
  const answer = await prompt(question);
  return /^y(?:es)?$/i.test(answer?.trim() ?? '');
}

async function prompt(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it, and the question may then never be answered.
  const closed = once(lines, 'close').then(() => undefined);
  try {
    const answer = await Promise.race([lines.question(question).catch(() => undefined), closed]);
    if (answer === undefined) process.stderr.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}

/** Ctrl-C and SIGTERM abort the signal; listened to once, so the second one ends the process. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => {
    listen('removeListener');
    abort.abort();
  };
  const listen = (how: 'on' | 'removeListener'): void => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process[how](name, stop);
  };
  listen('on');
  try {
    return await work(abort.signal);
  } finally {
    listen('removeListener');
  }
}

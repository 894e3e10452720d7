import { type DeadLetterBox, type LetterProgress } from '../messaging/amqp';
import { exitInterrupted, misuse, type CliContext } from './command';
import { type DlqWords } from './dlq-words';
import { Progress } from './progress';

/** What is done with letters, in words. */
interface Deed {
  readonly past: string;
  readonly run: (options: Parameters<DeadLetterBox['drop']>[1]) => Promise<LetterProgress>;
}

/** `keelson dlq replay`. Resolves to the exit code. */
export function replayLetters(
  box: DeadLetterBox,
  words: DlqWords,
  context: CliContext,
  signal: AbortSignal,
): Promise<number> {
  const [queue = ''] = words.queues;
  const { rate } = words;
  if (words.dryRun) return onlyCount(box, words, context, signal, 'replayed');
  const pace = rate === undefined ? {} : { rate };
  const deed = { past: 'replayed', run: (options: object = {}) => box.replay(queue, { ...options, ...pace }) };
  return move(deed, words, context, signal);
}

/** `keelson dlq drop`, which asks before. Resolves to the exit code. */
export async function dropLetters(
  box: DeadLetterBox,
  words: DlqWords,
  context: CliContext,
  signal: AbortSignal,
): Promise<number> {
  const [queue = ''] = words.queues;
  if (words.dryRun) return onlyCount(box, words, context, signal, 'dropped');
  if (!words.yes) {
    const { ask } = context;
    if (ask === undefined) throw misuse('dlq drop: it is for good, so it needs --yes where nobody can be asked');
    const { meant } = await box.look(queue, () => undefined, { ...optionsOf(words), signal });
    const yes = meant > 0 && !signal.aborted && (await ask(`Drop ${letters(meant)} of ${queue} for good? [y/N] `));
    if (signal.aborted) return exitInterrupted;
    if (!yes) {
      context.err('Nothing was dropped.\n');
      return meant === 0 ? 0 : 1;
    }
  }
  const deed = { past: 'dropped', run: (options: object = {}) => box.drop(queue, options) };
  return move(deed, words, context, signal);
}

async function move(deed: Deed, words: DlqWords, context: CliContext, signal: AbortSignal): Promise<number> {
  const { past } = deed;
  const progress = new Progress({ ...context, past });
  let last: LetterProgress | undefined;
  const onProgress = (now: LetterProgress): void => {
    last = now;
    progress.tell(now);
  };
  try {
    last = await deed.run({ ...optionsOf(words), signal, onProgress });
  } catch (error) {
    progress.end();
    if (last !== undefined) context.err(`${letters(last.done)} ${past} before this happened:\n`);
    throw error;
  }
  progress.end();
  tellEnd(words, context, last, past, signal);
  if (signal.aborted) return exitInterrupted;
  return last.failed > 0 ? 1 : 0;
}

function tellEnd(words: DlqWords, { out, err }: CliContext, end: LetterProgress, past: string, signal: AbortSignal) {
  const [queue] = words.queues;
  const { total, seen, done, failed } = end;
  if (words.json) out(`${JSON.stringify({ queue, ...end, interrupted: signal.aborted }, null, 2)}\n`);
  else out(`${queue}: ${letters(done)} ${past}, ${seen} of ${total} looked at.\n`);
  if (failed > 0) err(`${letters(failed)} cannot be written again, and kept.\n`);
  if (signal.aborted) err('Interrupted: the rest is back in its place.\n');
}

async function onlyCount(
  box: DeadLetterBox,
  words: DlqWords,
  context: CliContext,
  signal: AbortSignal,
  past: string,
): Promise<number> {
  const [queue = ''] = words.queues;
  const end = await box.look(queue, () => undefined, { ...optionsOf(words), signal });
  const { total, seen, meant } = end;
  if (words.json) context.out(`${JSON.stringify({ queue, ...end, dryRun: true }, null, 2)}\n`);
  else context.out(`${queue}: ${letters(meant)} would be ${past}, ${seen} of ${total} looked at.\n`);
  return signal.aborted ? exitInterrupted : 0;
}

function optionsOf({ filter, limit }: DlqWords) {
  return limit === undefined ? filter : { ...filter, limit };
}

function letters(count: number): string {
  return count === 1 ? '1 letter' : `${count} letters`;
}

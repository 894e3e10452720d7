import { type DeadLetterBox } from '../messaging/amqp';
import { sourcesOf } from '../service';
import { brokerUrl, quietly } from './broker-url';
import { exitInterrupted, type CliContext, type Command } from './command';
import { dropLetters, replayLetters } from './dlq-move';
import { dlqWords, type DlqWords } from './dlq-words';
import { letterJson, letterText } from './letter-text';
import { table } from './table';

/** Does one thing with an open box. Resolves to the exit code. */
type Act = (box: DeadLetterBox, words: DlqWords, context: CliContext, signal: AbortSignal) => Promise<number>;

/** `keelson dlq`: the dead letters of queues. */
export const dlqCommand: Command = async (given, context) => {
  const words = dlqWords(given);
  const { queues, url } = await targetOf(words, context);
  if (queues.length === 0) return nothingToList(words, context);
  return context.interruptible(async (signal) => {
    const box = await context.amqp().openDeadLetters({ url, service: 'keelson-cli' }, signal);
    try {
      return await acts[words.verb](box, { ...words, queues }, context, signal);
    } finally {
      await box.close();
    }
  });
};

/** Letters that are shown if nobody says how many. */
const shownAtMost = 20;

const list: Act = async (box, { queues, json }, { out }) => {
  const counts = await box.count(queues);
  const shown = (count: number | undefined): string => (count === undefined ? '-' : String(count));
  const rows = counts.map(({ queue, letters, waiting, consumers }) => [
    queue,
    shown(letters),
    shown(waiting),
    shown(consumers),
  ]);
  out(json ? `${JSON.stringify(counts, null, 2)}\n` : table(['QUEUE', 'LETTERS', 'WAITING', 'CONSUMERS'], rows));
  return 0;
};

const show: Act = async (box, { queues, json, body, limit = shownAtMost, filter }, { out, clock }, signal) => {
  const [queue = ''] = queues;
  const letters: object[] = [];
  let count = 0;
  const { total, seen, meant } = await box.look(
    queue,
    (letter) => {
      count += 1;
      if (json) letters.push(letterJson(letter, body));
      else out(`${letterText(letter, { number: count, body, now: clock.wall() })}\n`);
    },
    { ...filter, limit, signal },
  );
  if (json) out(`${JSON.stringify(letters, null, 2)}\n`);
  else out(`${queue}: ${meant} shown, ${seen} of ${total} letters looked at${seen < total ? '; see --limit' : ''}.\n`);
  return signal.aborted ? exitInterrupted : 0;
};

const acts: Readonly<Record<DlqWords['verb'], Act>> = { list, show, replay: replayLetters, drop: dropLetters };

/** The queues that are meant, and their broker. */
async function targetOf(words: DlqWords, context: CliContext) {
  if (words.queues.length > 0) return { queues: words.queues, url: await brokerUrl(words.url, context) };
  const service = await quietly(context);
  const { eventQueue } = context.amqp();
  const queues = (sourcesOf(service) ?? []).flatMap((source) =>
    source.kind === 'event' ? [eventQueue(source.name, source.group)] : [],
  );
  if (queues.length === 0) return { queues, url: [] };
  return { queues, url: await brokerUrl(words.url, context, service) };
}

function nothingToList({ json }: DlqWords, { out, err }: CliContext): number {
  if (json) out('[]\n');
  err('The service in this folder subscribes no events when it is made: it has no dead letters.\n');
  return 0;
}

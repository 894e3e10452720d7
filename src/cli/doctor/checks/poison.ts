import { judged, skipped, type Check, type Finding } from '../contract';
import { type PoisonFate } from '../orders';

/** A message that fails for longer is forgotten by people, and its queue grows, in ms. */
const longestMs = 24 * 3_600_000;

export const poison: Check = {
  name: 'poison',
  title: 'a poison message reaches the dead letters',
  limitMs: 12_000,
  run: async ({ fresh, facts }) => {
    if (facts.subscriptions.length === 0) return skipped('it subscribes to no event when it is made');
    const patient = await fresh();
    const fates = await patient.order('poison');
    const findings = fates.flatMap(findingsOf);
    const letters = fates.reduce(
      (sum, { unreadable, senseless }) => sum + Number(unreadable) + Number(senseless === 'dead'),
      0,
    );
    const ladder = Math.max(...fates.map(({ subscription }) => total(subscription.delaysMs)));
    const times = ladder === 0 ? '' : `, repeated for up to ${Math.round(ladder / 1_000)} s before`;
    return judged(
      findings,
      `${letters} of ${fates.length * 2} in the dead letters of ${fates.length === 1 ? '1 subscription' : `${fates.length} subscriptions`}${times}`,
    );
  },
};

function findingsOf({ subscription, unreadable, senseless }: PoisonFate): readonly Finding[] {
  const { event, group, ordered, delaysMs } = subscription;
  const subject = `${event}.${group}`;
  const findings: Finding[] = [];
  const add = (problem: string, remedy: string): void => void findings.push({ subject, problem, remedy });
  if (!unreadable)
    add(
      `${subject}: a message that is no JSON did not reach the dead letters.`,
      'Take messages while the service is ready.',
    );
  if (senseless === 'gone')
    add(
      `${subject}: a message that makes no sense counts as handled.`,
      'Give the event a schema, and let the handler throw: an error that it catches and logs is a message that is lost.',
    );
  if (senseless === 'waiting')
    add(
      `${subject}: a message that makes no sense is repeated${ordered ? ' in place, and holds up all behind it' : ''}.`,
      'Give the event a schema: what cannot be read goes to the dead letters at once. Or throw with `retryable: false`.',
    );
  const ladder = total(delaysMs);
  if (ladder > longestMs)
    add(
      `${subject}: a message that fails is repeated for ${Math.round(ladder / 3_600_000)} h before anybody sees it among the dead letters.`,
      'Shorten retry.delaysMs: what fails for a day fails for a reason that people must look at.',
    );
  return findings;
}

function total(delaysMs: readonly number[]): number {
  return delaysMs.reduce((sum, ms) => sum + ms, 0);
}

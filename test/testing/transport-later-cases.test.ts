import { laterCases } from '../../src/testing/transport-later-cases';
import { badDeliveries, failedTransportCases, type TransportSabotage } from './transport-sabotage';

const nothing = (): Promise<void> => Promise.resolve();
const wrongs: [string, TransportSabotage, string][] = [
  [
    'that takes away what was taken',
    badDeliveries(() => ({ lost: true })),
    'an event that was taken in its time stays in hand',
  ],
  [
    'that postpones too little',
    badDeliveries((good) => ({ postpone: (ms, attempt) => good.postpone(ms / 2, attempt) })),
    'a postponed event comes later, with its attempt, and otherwise as it was',
  ],
  [
    'that forgets the attempt',
    badDeliveries((good) => ({ postpone: (ms) => good.postpone(ms, 1) })),
    'a postponed event waits while nobody takes',
  ],
  [
    'that forgets what it postpones',
    badDeliveries(() => ({ postpone: nothing })),
    'a postponed event does not hold up the others, and is its own group’s alone',
  ],
  [
    'that postpones for all groups',
    (good) => ({
      consume: (source, deliver) =>
        good.consume(source, (one) => {
          const postpone = (delayMs: number, attempt: number): Promise<void> =>
            good.publish({ ...one.envelope, attempt }, { delayMs, ttlMs: undefined, timeoutMs: 1, signal: undefined });
          deliver(Object.assign(one, { postpone }));
        }),
    }),
    'a postponed event does not hold up the others, and is its own group’s alone',
  ],
  [
    'that buries nothing',
    badDeliveries(() => ({ bury: nothing })),
    'a buried event is among the dead letters, once, with why',
  ],
  [
    'that buries twice',
    badDeliveries((good) => ({ bury: async (note) => void (await good.bury(note), await good.bury(note)) })),
    'a buried event is among the dead letters, once, with why',
  ],
  [
    'that loses the stack',
    badDeliveries((good) => ({ bury: (note) => good.bury({ ...note, stack: undefined }) })),
    'a buried event is among the dead letters, once, with why',
  ],
  [
    'that makes up a stack',
    badDeliveries((good) => ({ bury: (note) => good.bury({ ...note, stack: note.stack ?? '' }) })),
    'an error without a stack is buried without one',
  ],
  [
    'that drops nothing',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, { ...limits, ttlMs: undefined }) }),
    'an event that was not taken in its time is dropped, others are not',
  ],
  [
    'that drops what it should not',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, { ...limits, ttlMs: 300 }) }),
    'an event that was not taken in its time is dropped, others are not',
  ],
  [
    'that delays too little',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, { ...limits, delayMs: limits.delayMs / 2 }) }),
    'a delayed event comes later, to each group, and those after it before it',
  ],
  [
    'that does not delay',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, { ...limits, delayMs: 0 }) }),
    'a delayed event comes later, to each group, and those after it before it',
  ],
  [
    'that never delivers what is delayed',
    (good) => ({ publish: (envelope, limits) => (limits.delayMs > 0 ? nothing() : good.publish(envelope, limits)) }),
    'a delayed event comes later, to each group, and those after it before it',
  ],
];

test.each(wrongs)('a transport %s is found out', async (_what, sabotage, name) => {
  expect(await failedTransportCases(sabotage, undefined, name)).toEqual([name]);
  expect(laterCases.map((one) => one.name)).toContain(name);
});

import { requestCases } from '../../src/testing/transport-request-cases';
import {
  badConsumptions,
  badDeliveries,
  badSources,
  failedTransportCases,
  type TransportSabotage,
} from './transport-sabotage';

const forever = 3_600_000;
const wrongs: [string, TransportSabotage, string][] = [
  [
    'that loses replies',
    badDeliveries(() => ({ reply: () => undefined })),
    'a command comes as it was sent, and its reply as it was given',
  ],
  [
    'that takes a reply for text',
    badDeliveries((good) => ({ reply: ({ ok, body }) => good.reply({ ok, body: Buffer.from(body.toString()) }) })),
    'a command comes as it was sent, and its reply as it was given',
  ],
  [
    'that loses the deadline',
    badDeliveries((good) => ({ envelope: { ...good.envelope, deadline: undefined } })),
    'a command comes as it was sent, and its reply as it was given',
  ],
  [
    'that takes every reply for a good one',
    badDeliveries((good) => ({ reply: ({ body }) => good.reply({ ok: true, body }) })),
    'a reply that is not good arrives as one',
  ],
  [
    'that gives replies to whoever waits the longest',
    (good) => {
      const waiting: ((reply: Awaited<ReturnType<typeof good.request>>) => void)[] = [];
      return {
        request: (envelope, limits) =>
          new Promise((resolve, reject) => {
            waiting.push(resolve);
            good.request(envelope, limits).then((reply) => waiting.shift()?.(reply), reject);
          }),
      };
    },
    'each sender gets its own reply, in whatever order they are given',
  ],
  [
    'that keeps what was not answered',
    badConsumptions((good) => ({ close: () => good.pause() })),
    'a command that was not answered goes to another handler when its own has gone',
  ],
  [
    'that lets one handler have all',
    badSources((source) => (source.kind === 'command' ? { ...source, prefetch: 0 } : source)),
    'handlers share the commands',
  ],
  [
    'that never answers who asks nobody',
    (good) => ({
      request: (envelope, limits) => good.request(envelope, limits).catch(() => new Promise(() => undefined)),
    }),
    'a command that nobody has ever handled is refused',
  ],
  [
    'that knows no deadline',
    (good) => ({
      request: (envelope, limits) =>
        good.request({ ...envelope, deadline: undefined }, { ...limits, timeoutMs: forever }),
    }),
    'a command that nobody took in its time is not handled, and its sender told so',
  ],
  [
    'that says nothing of the outcome',
    (good) => ({
      request: (envelope, limits) =>
        good
          .request(envelope, limits)
          .catch(({ code }: { code: string }) => Promise.reject(Object.assign(new Error(), { code }))),
    }),
    'who is not answered in time is told that the outcome is unknown, and the late reply goes nowhere',
  ],
  [
    'that does not let its sender give up',
    (good) => ({ request: (envelope, limits) => good.request(envelope, { ...limits, signal: undefined }) }),
    'who gives up is told so at once, and what was sent may be handled',
  ],
  [
    'that throws where nobody waits',
    badDeliveries(() => ({
      reply: () => {
        throw new Error('nobody waits');
      },
    })),
    'a reply to who is gone hurts nobody',
  ],
];

test.each(wrongs)('a transport %s is found out', async (_what, sabotage, name) => {
  expect(await failedTransportCases(sabotage, undefined, name)).toEqual([name]);
  expect(requestCases.map((one) => one.name)).toContain(name);
});

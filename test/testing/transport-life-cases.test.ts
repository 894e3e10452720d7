import { lifeCases } from '../../src/testing/transport-life-cases';
import { badConsumptions, failedTransportCases, type TransportSabotage } from './transport-sabotage';

const nothing = (): Promise<void> => Promise.resolve();
const never = (): Promise<void> => new Promise(() => undefined);
const wrongs: [string, TransportSabotage, string][] = [
  [
    'that loses what is published before the start',
    (good) => ({
      publish: (envelope, limits) => (good.state === 'connecting' ? nothing() : good.publish(envelope, limits)),
    }),
    'before the start nothing is open and nothing can be sent',
  ],
  [
    'that forgets what was to be taken before the start',
    (good) => ({
      consume: (source, deliver) =>
        good.consume(source, (one) => {
          if (good.state !== 'connected') deliver(one);
        }),
    }),
    'what is to be taken before the start is taken from the start on',
  ],
  [
    'whose consumptions never say that they take',
    badConsumptions(() => ({ ready: never() })),
    'what is to be taken before the start is taken from the start on',
  ],
  [
    'that takes although it was closed',
    badConsumptions(() => ({ close: nothing })),
    'what is closed before the start takes nothing',
  ],
  [
    'that does not start when it need not wait',
    (good) => ({ start: (signal) => (signal?.aborted === true ? nothing() : good.start()) }),
    'a start whose signal aborts is over',
  ],
  [
    'that waits for ever at the start',
    (good) => ({ start: (signal) => (signal?.aborted === true ? never() : good.start()) }),
    'a start whose signal aborts is over',
  ],
  [
    'that sends what was given up',
    (good) => ({ publish: (envelope, limits) => good.publish(envelope, { ...limits, signal: undefined }) }),
    'what is given up before it is sent is not sent',
  ],
  [
    'with details that cannot be sent',
    () => ({ details: () => ({ since: new Date(0) }) }),
    'details are plain data, and the kind is named',
  ],
  ['without a kind', () => ({ kind: '' }), 'details are plain data, and the kind is named'],
  [
    'that keeps what it has in hand',
    (good) => {
      let stopped = false;
      return {
        get state() {
          return stopped ? ('stopped' as const) : good.state;
        },
        stop: () => {
          stopped = true;
          return nothing();
        },
      };
    },
    'after the stop nothing can be sent and nothing comes, and what was in hand goes to others',
  ],
  [
    'whose second stop rejects',
    (good) => ({ stop: () => (good.state === 'stopped' ? Promise.reject(new Error('stopped')) : good.stop()) }),
    'after the stop nothing can be sent and nothing comes, and what was in hand goes to others',
  ],
  [
    'that forgets who waits',
    (good) => ({ request: (envelope, limits) => good.request(envelope, limits).catch(never) as never }),
    'a stop settles what is under way',
  ],
  ['that never says how much is under way', () => ({ outstanding: 1 }), 'a stop settles what is under way'],
  ['that does not stop', () => ({ stop: nothing }), 'a stop leaves nothing open'],
  [
    'that starts again',
    (good) => ({ stop: nothing, state: good.state }),
    'a stop without a start is fine, and a start after it opens nothing, whether it says so or not',
  ],
];

test.each(wrongs)('a transport %s is found out', async (_what, sabotage, name) => {
  expect(await failedTransportCases(sabotage, undefined, name)).toEqual([name]);
  expect(lifeCases.map((one) => one.name)).toContain(name);
});

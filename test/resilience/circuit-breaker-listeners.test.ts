import { BreakerListeners } from '../../src/resilience/circuit-breaker-listeners';
import { RecordingLogger } from '../support/recording';

const change = { breaker: 'stock', from: 'closed', to: 'open' } as const;

test('tells those who listen for the state, and those who listen for any', () => {
  const told: string[] = [];
  const listeners = new BreakerListeners(new RecordingLogger());
  listeners.add('open', ({ to }) => told.push(`open: ${to}`));
  listeners.add('closed', () => told.push('closed'));
  listeners.add('change', ({ breaker, from }) => told.push(`change: ${breaker} ${from}`));
  listeners.tell(change);
  expect(told).toEqual(['open: open', 'change: stock closed']);
});

test('each is ended alone, also by itself and twice', () => {
  const told: string[] = [];
  const listeners = new BreakerListeners(new RecordingLogger());
  const listener = (): void => void told.push('twice');
  const end = listeners.add('open', listener);
  listeners.add('open', listener);
  const once = listeners.add('open', () => {
    told.push('once');
    once();
  });
  end();
  end();
  listeners.tell(change);
  listeners.tell(change);
  expect(told).toEqual(['twice', 'once', 'twice']);
});

test('one that throws is logged, and the others are told', () => {
  const log = new RecordingLogger();
  const listeners = new BreakerListeners(log);
  const boom = new Error('boom');
  const after = jest.fn();
  listeners.add('open', () => {
    throw boom;
  });
  listeners.add('open', after);
  listeners.tell(change);
  expect(after).toHaveBeenCalledTimes(1);
  expect(log.lines).toEqual([
    {
      level: 'error',
      message: 'a listener of the circuit breaker threw',
      fields: { breaker: 'stock', event: 'open', err: boom },
    },
  ]);
});

import { LogCollector } from '../../src/testing/log-collector';

test('keeps lines as events, and says at once that they are written', () => {
  const log = new LogCollector();
  const done = jest.fn();
  expect(log.write('{"level":"info","message":"one"}\n{"level":"warn","message":"two","a":1}\n', done)).toBe(true);
  log.on().off().write('12:00 info for people\n');
  expect(done).toHaveBeenCalledTimes(1);
  expect(log.events).toEqual([
    { level: 'info', message: 'one' },
    { level: 'warn', message: 'two', a: 1 },
    { timestamp: '', level: 'info', message: '12:00 info for people' },
  ]);
});

import { longestDelayMs } from '../../src/core';
import { isLogLevel, LevelTree } from '../../src/logging/levels';
import { FakeClock } from '../support/fake-clock';

function tree(): { levels: LevelTree; clock: FakeClock; effective: () => Record<string, string> } {
  const clock = new FakeClock();
  const levels = new LevelTree('info', clock);
  const effective = (): Record<string, string> => Object.fromEntries(levels.list().map((l) => [l.name, l.effective]));
  return { levels, clock, effective };
}

describe('LevelTree', () => {
  test('names inherit from their parents, which come into being with them', () => {
    const { levels, effective } = tree();
    const node = levels.node('db.pool');
    levels.node('a');
    expect(levels.list().map((l) => l.name)).toEqual(['root', 'a', 'db', 'db.pool']);
    levels.set('db', 'debug');
    expect(node.threshold).toBe(0);
    expect(effective()).toEqual({ root: 'info', a: 'info', db: 'debug', 'db.pool': 'debug' });
    levels.set('db.pool', 'error');
    levels.set('db', undefined);
    levels.set('root', 'warn');
    expect(effective()).toEqual({ root: 'warn', a: 'warn', db: 'warn', 'db.pool': 'error' });
    levels.set('db.pool', undefined);
    levels.set('root', undefined);
    expect(effective()).toEqual({ root: 'info', a: 'info', db: 'info', 'db.pool': 'info' });
    expect(levels.list()[0]).toEqual({ name: 'root', configured: 'info', effective: 'info' });
    expect(levels.list()[1]).toEqual({ name: 'a', configured: undefined, effective: 'info' });
  });

  test('a level set for a time falls back to what was set before', async () => {
    const { levels, clock, effective } = tree();
    levels.node('db');
    levels.set('db', 'warn');
    levels.set('db', 'debug', 1_000);
    expect(levels.list()[1]?.revertsAt).toBe(new Date(clock.wall() + 1_000).toISOString());
    await clock.advance(999);
    expect(effective()['db']).toBe('debug');
    levels.set('db', 'error', 1_000);
    await clock.advance(999);
    expect(effective()['db']).toBe('error');
    await clock.advance(1);
    expect(effective()['db']).toBe('warn');
    expect(levels.list()[1]).not.toHaveProperty('revertsAt');
    expect(clock.timers).toBe(0);
  });

  test('a level set for good ends the waiting', async () => {
    const { levels, clock, effective } = tree();
    levels.set('root', 'debug', 1_000);
    levels.set('root', 'error');
    await clock.advance(5_000);
    expect(effective()['root']).toBe('error');
    expect(clock.timers).toBe(0);
  });

  test('close lets levels fall back and stops the timers', () => {
    const { levels, clock, effective } = tree();
    levels.set('root', 'debug', 1_000);
    levels.close();
    expect(effective()['root']).toBe('info');
    expect(clock.timers).toBe(0);
  });

  test('refuses what it does not know, and changes nothing then', () => {
    const { levels, effective } = tree();
    expect(() => levels.set('db', 'info')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    for (const level of ['verbose', 'INFO', '__proto__', 'toString', '']) {
      expect(() => levels.set('root', level)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    }
    for (const ms of [0, -1, Number.NaN, longestDelayMs + 1]) {
      expect(() => levels.set('root', 'debug', ms)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
    }
    expect(effective()).toEqual({ root: 'info' });
  });

  test('holds a bounded number of names', () => {
    const { levels } = tree();
    for (let i = 0; i < 5_000; i++) levels.node(`n${i}`);
    expect(levels.list().length).toBe(1_000);
    expect(levels.node('one more')).toBe(levels.root);
    expect(levels.node('x'.repeat(10_000)).name.length).toBeLessThanOrEqual(100);
  });

  test('knows its levels', () => {
    expect(['debug', 'info', 'warn', 'error', 'trace', 1, null].map(isLogLevel)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

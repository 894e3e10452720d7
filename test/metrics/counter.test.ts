import { CounterFamily } from '../../src/metrics/counter';
import { familyContext, written } from './fixtures';

const make = (labels: string[] = []): CounterFamily =>
  new CounterFamily({ name: 'a_total', help: 'h', labels }, familyContext());

test('counts without labels, and shows 0 before that', () => {
  const counter = make();
  expect(written(counter)).toEqual(['# HELP a_total h', '# TYPE a_total counter', 'a_total 0']);
  counter.inc();
  counter.inc(2.5);
  counter.inc(0);
  counter.inc(undefined);
  expect(written(counter)[2]).toBe('a_total 4.5');
  expect(written(counter, 'openmetrics')).toEqual(['# TYPE a counter', '# HELP a h', 'a_total 4.5']);
});

test('counts with labels, by lookup and by a kept series', () => {
  const counter = make(['x']);
  const kept = counter.labels({ x: 'b' });
  counter.inc({ x: 'b' });
  counter.inc({ x: 'b' }, 2);
  kept.inc();
  kept.inc(3);
  expect(written(counter).slice(2)).toEqual(['a_total{x="b"} 7']);
  expect(written(counter, 'text', { zone: 'z', x: 'lost' })[2]).toBe('a_total{zone="z",x="b"} 7');
  expect(() => counter.inc()).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test('never goes down, and ignores what would spoil it', () => {
  const counter = make();
  counter.inc(1);
  expect(() => counter.inc(-1)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  expect(() => counter.inc(-Infinity)).toThrow(/cannot go down/);
  for (const bad of [NaN, Infinity, '5', null, true]) counter.inc(bad as number);
  expect(written(counter)[2]).toBe('a_total 1');
});

test('totals of others never go down either', () => {
  const counter = make();
  counter.raiseTo(5);
  counter.raiseTo(3);
  counter.raiseTo(NaN);
  expect(written(counter)[2]).toBe('a_total 5');
});

test('prom-client sees the samples and can reset them', async () => {
  const counter = make(['x']);
  const kept = counter.labels({ x: 'b' });
  kept.inc(4);
  expect((await counter.get()).values).toEqual([{ value: 4, labels: { x: 'b' } }]);
  counter.reset();
  kept.inc();
  expect(written(counter)[2]).toBe('a_total{x="b"} 1');
});

import { GaugeFamily } from '../../src/metrics/gauge';
import { familyContext, written } from './fixtures';

const make = (labels: string[] = []): GaugeFamily => new GaugeFamily({ name: 'a', help: 'h', labels }, familyContext());

test('goes up and down without labels', () => {
  const gauge = make();
  gauge.set(5);
  gauge.inc();
  gauge.inc(2);
  gauge.dec();
  gauge.dec(0.5);
  gauge.dec(-1);
  expect(written(gauge)).toEqual(['# HELP a h', '# TYPE a gauge', 'a 7.5']);
});

test('goes up and down with labels', async () => {
  const gauge = make(['x']);
  gauge.set({ x: 1 }, 5);
  gauge.inc({ x: 1 });
  gauge.inc({ x: 1 }, 10);
  gauge.dec({ x: 1 });
  gauge.dec({ x: '1' }, 2);
  gauge.labels({ x: 2 }).set(3);
  expect(written(gauge).slice(2)).toEqual(['a{x="1"} 13', 'a{x="2"} 3']);
  expect((await gauge.get()).values).toEqual([
    { value: 13, labels: { x: '1' } },
    { value: 3, labels: { x: '2' } },
  ]);
  gauge.reset();
  expect(written(gauge)[2]).toBe('a{x="1"} 0');
  expect(() => gauge.set(1)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test('ignores what is not a number; infinities are values', () => {
  const gauge = make();
  gauge.set(2);
  for (const bad of [NaN, '5', null, undefined, {}]) {
    if (typeof bad !== 'object') gauge.set(bad as number);
    gauge.labels({}).set(bad as number);
    gauge.labels({}).inc(bad === undefined ? NaN : (bad as number));
    gauge.labels({}).dec(bad === undefined ? NaN : (bad as number));
  }
  expect(written(gauge)[2]).toBe('a 2');
  gauge.set(-Infinity);
  expect(written(gauge)[2]).toBe('a -Inf');
});

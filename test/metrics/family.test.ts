import { Registry, type Metric } from 'prom-client';
import { CounterFamily } from '../../src/metrics/counter';
import { GaugeFamily } from '../../src/metrics/gauge';
import { familyContext } from './fixtures';

test('prom-client’s own writer takes it, in both formats and in turns', async () => {
  const registry = new Registry();
  const counter = new CounterFamily({ name: 'a_total', help: 'h' }, familyContext());
  registry.registerMetric(counter as unknown as Metric);
  const text = '# HELP a_total h\n# TYPE a_total counter\na_total 0\n';
  expect(await registry.metrics()).toBe(text);
  for (let turn = 0; turn < 2; turn++) {
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
    expect(await registry.metrics()).toBe('# HELP a h\n# TYPE a counter\na_total 0\n# EOF\n');
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);
    expect(await registry.metrics()).toBe(text);
  }
  expect(counter.name).toBe('a_total');
});

test('labels are copied from the options', () => {
  const labels = ['x'];
  const gauge = new GaugeFamily({ name: 'a', help: 'h', labels }, familyContext());
  labels.push('y');
  expect(gauge.labelNames).toEqual(['x']);
});

test('collect functions run side by side; the same one runs once', () => {
  const gauge = new GaugeFamily({ name: 'a', help: 'h' }, familyContext());
  const collect = (): void => gauge.inc();
  gauge.onCollect(collect);
  gauge.onCollect(collect);
  gauge.onCollect(() => gauge.inc(10));
  expect(gauge.refresh()).toBeUndefined();
  expect(gauge.labels({}).value).toBe(11);
});

test('get() collects first', async () => {
  const gauge = new GaugeFamily({ name: 'a', help: 'h' }, familyContext());
  gauge.onCollect(() => Promise.resolve().then(() => gauge.set(4)));
  expect(await gauge.get()).toEqual({
    name: 'a',
    help: 'h',
    type: 'gauge',
    aggregator: 'sum',
    values: [{ value: 4, labels: {} }],
  });
});

test('whatever a collect function throws becomes one rejection, and no other is left alone', async () => {
  const gauge = new GaugeFamily({ name: 'a', help: 'h' }, familyContext());
  const unhandled = jest.fn();
  process.once('unhandledRejection', unhandled);
  gauge.onCollect(() => Promise.reject(new Error('first')));
  gauge.onCollect(() => {
    throw new Error('second');
  });
  gauge.onCollect(() => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw 'third';
  });
  await expect(gauge.refresh()).rejects.toThrow(/first|second|third/);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('collect functions are bounded', () => {
  const gauge = new GaugeFamily({ name: 'a', help: 'h' }, familyContext());
  const add = (): void => gauge.onCollect(() => undefined);
  for (let i = 0; i < 1000; i++) add();
  expect(add).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

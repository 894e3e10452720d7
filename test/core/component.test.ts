import { type CheckResult, type Component } from '../../src/core';

test('a component needs a name and nothing else; its parts may be synchronous or not', async () => {
  const order: string[] = [];
  const bare: Component = { name: 'bare' };
  const whole: Component = {
    name: 'pool',
    start: (signal) => void order.push(`start ${signal.aborted}`),
    stop: async (signal) => void order.push(`stop ${signal.aborted}`),
    check: async (signal): Promise<CheckResult> => ({ status: signal.aborted ? 'DOWN' : 'UP', details: { open: 3 } }),
  };
  for (const component of [bare, whole]) await component.start?.(new AbortController().signal);
  for (const component of [whole, bare]) await component.stop?.(AbortSignal.abort());
  expect(order).toEqual(['start false', 'stop true']);
  await expect(whole.check?.(AbortSignal.abort())).resolves.toEqual({ status: 'DOWN', details: { open: 3 } });
});

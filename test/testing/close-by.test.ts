import { register } from '../../src/testing/close-by';

test('gives the hook a function without parameters, as jest takes others for hooks that call back', async () => {
  const hooks: (() => Promise<void>)[] = [];
  const closed: string[] = [];
  const close = (): Promise<void> => {
    closed.push('closed');
    return Promise.resolve();
  };
  register((hook) => hooks.push(hook), close);
  const context = {
    after(hook: () => Promise<void>): void {
      expect(this).toBe(context);
      hooks.push(hook);
    },
  };
  register(context, close);
  register(undefined, close);
  expect(hooks.map(({ length }) => length)).toEqual([0, 0]);
  for (const hook of hooks) await hook();
  expect(closed).toEqual(['closed', 'closed']);
});

import { compose, type Stage } from '../../src/core';

type Text = Stage<string, string>;

const wrap =
  (name: string): Text =>
  async (context, next) =>
    `${name}(${await next(`${context}${name}`)})`;
const last = (context: string): Promise<string> => Promise.resolve(`[${context}]`);

test('joins stages, outermost first; each may change what goes in and what comes out', async () => {
  await expect(compose([wrap('a'), wrap('b')], last)('>')).resolves.toBe('a(b([>ab]))');
});

test('without stages it is the last', () => {
  expect(compose([], last)).toBe(last);
});

test('a stage may hand on several times or not at all', async () => {
  const twice: Text = async (context, next) => `${await next(context)} ${await next(context)}`;
  const never: Text = () => Promise.resolve('stopped');
  await expect(compose([twice], last)('x')).resolves.toBe('[x] [x]');
  const reached = jest.fn(last);
  await expect(compose([never], reached)('x')).resolves.toBe('stopped');
  expect(reached).not.toHaveBeenCalled();
});

test('what a stage or the last throws reaches the caller as it is', async () => {
  const boom = new Error('boom');
  await expect(compose([wrap('a')], () => Promise.reject(boom))('x')).rejects.toBe(boom);
  await expect(compose<string, string>([() => Promise.reject(boom)], last)('x')).rejects.toBe(boom);
});

test('one chain serves calls at the same time', async () => {
  const chain = compose([wrap('a')], last);
  await expect(Promise.all([chain('1'), chain('2')])).resolves.toEqual(['a([1a])', 'a([2a])']);
});

test('a later change of the list changes nothing', async () => {
  const stages = [wrap('a')];
  const chain = compose(stages, last);
  stages.push(wrap('b'));
  await expect(chain('>')).resolves.toBe('a([>a])');
});

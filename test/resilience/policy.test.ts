import { pipeline, type AddedBy, type Policy } from '../../src/resilience';

/** Compiled by the type checker: what a policy adds becomes part of what the pipeline answers with. */
const orNull = (async (call, next) => {
  try {
    return await next(call);
  } catch {
    return null;
  }
}) as Policy<null>;
const asIs: Policy = (call, next) => next(call);

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('a policy may answer beside the work, and its type says so', async () => {
  const run = pipeline(orNull, asIs);
  const answer: number | null = await run(() => Promise.resolve(1));
  expect(answer).toBe(1);
  await expect(run(() => Promise.reject(new Error('x')))).resolves.toBeNull();
  const added: Same<AddedBy<typeof orNull>, null> = true;
  const nothing: Same<AddedBy<typeof asIs>, never> = true;
  expect([added, nothing]).toEqual([true, true]);
});

test('a policy that adds nothing leaves the type alone', async () => {
  const answer: string = await pipeline(asIs)(() => Promise.resolve('ok'));
  expect(answer).toBe('ok');
});

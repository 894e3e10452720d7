import { cache, fallback, hedge, pipeline, retry, timeout, type Pipeline, type Policy } from '../../src/resilience';

/** Fails to compile unless both types are the same. */
function same<A, B>(
  ..._proof: (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? [] : [never]
): void {
  return undefined;
}

const seven = (): Promise<number> => Promise.resolve(7);
/** What comes of a call that works with numbers. */
const answers = <Added>(run: Pipeline<Added>) => run(seven);

test('policies that answer nothing of their own leave the type as it is', async () => {
  const value = await pipeline(timeout({ ms: 50 }), retry(), cache({ ttlMs: 1 }), hedge({ afterMs: 50 }))(seven);
  same<typeof value, number>();
  const bare = await pipeline()(seven);
  same<typeof bare, number>();
  expect([value, bare]).toEqual([7, 7]);
});

test('what a fallback answers is added, whether it answers at once or later', async () => {
  const now = await pipeline(
    fallback(() => 'x'),
    retry(),
  )(seven);
  same<typeof now, number | string>();
  const later = await pipeline(fallback(() => Promise.resolve({ old: true })))(seven);
  same<typeof later, number | { old: boolean }>();
  const two = await pipeline(
    fallback(() => 'x'),
    fallback(() => Promise.resolve(true as boolean)),
  )(seven);
  same<typeof two, number | string | boolean>();
  expect([now, later, two]).toEqual([7, 7, 7]);
});

test('also nothing, null, and never', async () => {
  const nothing = await pipeline(fallback(() => undefined))(seven);
  same<typeof nothing, number | undefined>();
  const maybe = await pipeline(fallback((): string | undefined => undefined))(seven);
  same<typeof maybe, number | string | undefined>();
  const none = await pipeline(fallback(() => null))(seven);
  same<typeof none, number | null>();
  const raises = await pipeline(
    fallback((error): never => {
      throw error;
    }),
  )(seven);
  same<typeof raises, number>();
  expect([nothing, maybe, none, raises]).toEqual([7, 7, 7, 7]);
});

test('a stage of one’s own is a policy', async () => {
  const mine: Policy = (call, next) => next(call);
  const named = await pipeline(mine)(seven);
  same<typeof named, number>();
  const inline = await pipeline(async (call, next) => next(call))(seven);
  same<typeof inline, number>();
  await expect(answers(pipeline(mine))).resolves.toBe(7);
  expect([named, inline]).toEqual([7, 7]);
});

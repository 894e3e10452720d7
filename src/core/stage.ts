/** One step of a chain: does its part and hands on by calling `next`, once, several times or not at all. */
export type Stage<C, R> = (context: C, next: (context: C) => Promise<R>) => Promise<R>;

/** Joins stages into one call, outermost first; `last` is what the innermost hands on to. What can be prepared is prepared here, not per call. */
export function compose<C, R>(
  stages: readonly Stage<C, R>[],
  last: (context: C) => Promise<R>,
): (context: C) => Promise<R> {
  return stages.reduceRight<(context: C) => Promise<R>>((next, stage) => (context) => stage(context, next), last);
}

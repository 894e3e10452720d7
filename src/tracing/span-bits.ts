/**
 * What a span's `bits` hold. The low eight are the flags of the W3C traceparent header; the rest never leave the process as
 * such.
 */
export const spanBits = Object.freeze({
  /** The trace was chosen to be kept. */
  sampled: 0x01,
  /** The trace id is random (W3C Trace Context level 2); travels unchanged. */
  random: 0x02,
  /** B3 debug: keep this trace whatever the sampler says. */
  debug: 0x100,
  /** Came in from another process. */
  remote: 0x200,
  /** Came in without a decision about sampling: ours to make. */
  undecided: 0x400,
});

/** The bits that go out in a traceparent header and in `SpanContext.traceFlags`. */
export const wireBits = spanBits.sampled | spanBits.random;

/** The bits that a child has from its parent, whatever the sampler says. */
export const inheritedBits = spanBits.random | spanBits.debug;

import { type PassiveSpan } from './passive-span';
import { inheritedBits, spanBits } from './span-bits';

/** The samplers that OTEL_TRACES_SAMPLER can name. */
export const samplerNames = Object.freeze([
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const);

/** A sampler's name. */
export type SamplerName = (typeof samplerNames)[number];

/** 13 hex digits: as much of a trace id as a number holds exactly. */
const scale = 2 ** 52;

/** Decides which traces are kept. */
export class Sampler {
  readonly #parentBased: boolean;
  readonly #keep: (traceId: string) => boolean;

  /** `ratio`, 0 to 1, counts for the two `traceidratio` samplers only. */
  constructor(name: SamplerName, ratio: number) {
    this.#parentBased = name.startsWith('parentbased_');
    if (name.endsWith('traceidratio')) this.#keep = keepRatio(ratio);
    else if (name.endsWith('always_on')) this.#keep = () => true;
    else this.#keep = () => false;
  }

  /**
   * The bits of a new span: sampled or not, and what it has from its parent.
   *
   * @param traceId the trace that the new span belongs to
   * @param parent undefined for the first span of a trace
   */
  bitsOf(traceId: string, parent: PassiveSpan | undefined): number {
    if (parent === undefined) return this.#keep(traceId) ? spanBits.sampled : 0;
    const inherited = parent.bits & inheritedBits;
    if ((parent.bits & spanBits.debug) !== 0) return inherited | spanBits.sampled;
    const decided = this.#parentBased && (parent.bits & spanBits.undecided) === 0;
    return inherited | ((decided ? parent.sampled : this.#keep(traceId)) ? spanBits.sampled : 0);
  }
}

/**
 * Keeps a trace by the last 56 bits of its id, as OpenTelemetry's probability sampling does, so that services which sample at
 * different ratios keep the same traces.
 */
function keepRatio(ratio: number): (traceId: string) => boolean {
  const threshold = (1 - ratio) * scale;
  return (traceId) => Number.parseInt(traceId.slice(18, 31), 16) >= threshold;
}

/** When an answer that would take away nearly all instances of a service is believed. */
export interface HoldRule {
  /** An answer is doubted when it takes away this share of the known instances or more, 0 to 1. All of them: always. @default 0.9 */
  readonly share: number;
  /** How many good answers are doubted before one like them is believed. @default 3 */
  readonly answers: number;
  /** How long it is doubted at least, in milliseconds. @default 90000 */
  readonly ms: number;
}

/**
 * A registry that restarts, or lost its peers, answers well-formed and nearly empty for a while. Its instances renew within 30 s and are listed again by
 * then; what is still not listed after three times that has really gone.
 */
export const holdRule: HoldRule = Object.freeze({ share: 0.9, answers: 3, ms: 90_000 });

/** The doubted answers about a service so far. An answer that failed or is garbage neither adds to it nor ends it. */
export interface Doubt {
  /** When the first of them came, in milliseconds by the clock that does not jump. */
  readonly since: number;
  /** How many there were. */
  readonly answers: number;
}

/** What to make of a good answer. `resigned`: it was doubted for as long as the rule says, and is believed now, which deserves a warning. */
export type Judgement =
  { readonly kind: 'believed' } | { readonly kind: 'doubted'; readonly doubt: Doubt } | { readonly kind: 'resigned' };

const believed: Judgement = Object.freeze({ kind: 'believed' });
const resigned: Judgement = Object.freeze({ kind: 'resigned' });

/**
 * Judges a good answer about one service.
 *
 * @param known how many instances are known
 * @param answered how many the answer has, whether they are the known ones or others in their place
 * @param doubt what the judgement before this one said, if it was `doubted`
 */
export function judge(
  known: number,
  answered: number,
  now: number,
  doubt: Doubt | undefined,
  rule: HoldRule = holdRule,
): Judgement {
  if (!isDoubtful(known, answered, rule)) return believed;
  const { since, answers } = doubt ?? { since: now, answers: 0 };
  if (answers >= rule.answers && now - since >= rule.ms) return resigned;
  return { kind: 'doubted', doubt: { since, answers: answers + 1 } };
}

function isDoubtful(known: number, answered: number, rule: HoldRule): boolean {
  // A little less than the product, which is not exact: 0.9 times 110 comes out above 99.
  return known > 0 && (answered === 0 || known - answered >= known * rule.share - 1e-6);
}

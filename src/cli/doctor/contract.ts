import { type Stub } from './stub';
import { type PatientFacts, type PatientOptions } from './orders';
import { type Patient } from './patient';

/** One thing that is wrong, and what to do about it. */
export interface Finding {
  /** What it is about, where a check looks at several things: a setting, a client, a subscription. Accepted by this name. */
  readonly subject?: string;
  readonly problem: string;
  readonly remedy: string;
}

/** What a check came to. */
export type Outcome =
  | { readonly kind: 'passed'; readonly figure: string }
  | { readonly kind: 'failed'; readonly figure?: string; readonly findings: readonly Finding[] }
  /** It failed, and whoever answers for the service accepts that, with a reason. */
  | { readonly kind: 'accepted'; readonly figure?: string }
  /** It cannot be made here; that is no proof of anything. */
  | {
      readonly kind: 'skipped';
      readonly why: string;
      /** It could have been made, and the report had no time left for it: such a report proves less than it was asked for. */
      readonly timeUp?: true;
    };

/** A line of the report. */
export interface Check {
  /** For `--only` and `--skip`. */
  readonly name: string;
  /** What it proves. */
  readonly title: string;
  /** How long it may take, in ms, beside the start of the service. */
  readonly limitMs: number;
  run(bench: Bench, signal: AbortSignal): Promise<Outcome>;
}

/** What checks work with. */
export interface Bench {
  /** Of the service as it is configured here; it was made, not started. */
  readonly facts: PatientFacts;
  /** What the service's clients reach, and its collector of spans. */
  readonly stub: Stub;
  /** A running service that checks share: they leave it as it was. @throws what it could not start for */
  readonly shared: () => Promise<Patient>;
  /** One of its own that a check may ruin; ended with the check. `settings` are put over those of the doctor. */
  readonly fresh: (options?: PatientOptions) => Promise<Patient>;
  /** A value that must show up nowhere. */
  readonly secret: string;
}

/** Proof. */
export function passed(figure: string): Outcome {
  return { kind: 'passed', figure };
}

/** Proof, unless something was found. */
export function judged(findings: readonly Finding[], figure: string): Outcome {
  return findings.length === 0 ? passed(figure) : { kind: 'failed', figure, findings };
}

/** One thing is wrong. */
export function failed(problem: string, remedy: string, figure?: string): Outcome {
  return { kind: 'failed', findings: [{ problem, remedy }], ...(figure === undefined ? {} : { figure }) };
}

/** No proof. */
export function skipped(why: string): Outcome {
  return { kind: 'skipped', why };
}

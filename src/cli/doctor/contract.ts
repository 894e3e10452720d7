import { type SettingDescription } from '../../config';
import { type ClientView } from '../../service';
import { type Stub } from './stub';
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
  /** It cannot be made here; that is no proof of anything. */
  | { readonly kind: 'skipped'; readonly why: string };

/** A line of the report. */
export interface Check {
  /** For `--only` and `--skip`. */
  readonly name: string;
  /** What it proves. */
  readonly title: string;
  /** How long it may take, in ms. */
  readonly limitMs: number;
  run(bench: Bench, signal: AbortSignal): Promise<Outcome>;
}

/** What a subscription of the service is. */
export interface SubscriptionFacts {
  readonly event: string;
  readonly group: string;
  readonly ordered: boolean;
  readonly delaysMs: readonly number[];
}

/** What is known of a service in a process of its own. */
export interface PatientFacts {
  readonly name: string;
  readonly version: string;
  readonly settings: readonly SettingDescription[];
  /** Those of {@link settings} that every service has. */
  readonly chassis: readonly string[];
  readonly clients: readonly ClientView[];
  readonly subscriptions: readonly SubscriptionFacts[];
  /** Templates of its GET routes. */
  readonly routes: readonly string[];
  /** Does it do what the settings say that it is made with? */
  readonly takesSettings: boolean;
  /** Values of sensitive settings, so that they can be looked for. */
  readonly secrets: readonly string[];
  /** The process's memory, in bytes. */
  readonly rss: number;
  /** Undefined until it is ready. */
  readonly port: number | undefined;
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

/** How a patient differs from the shared one. */
export interface PatientOptions {
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Its start waits, in the last component, until it is told to go on. */
  readonly held?: boolean;
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

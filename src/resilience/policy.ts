import { type Call } from './call';

/**
 * One resilience behaviour: a stage that sees the call, hands it on with `next` (once, several times or not at all) and answers for it.
 * One value may serve any number of pipelines; what it keeps (a breaker's state, a budget, a limit) is then shared by them.
 */
export interface Policy<Added = never> {
  <T>(call: Call, next: (call: Call) => Promise<T>): Promise<T | Added>;
  /** Only a type: what it may answer beside what the work answers with. */
  readonly adds?: Adds<Added>;
}

/** What the policies of a list may answer beside what the work answers with. */
export type AddedBy<P> = P extends { readonly adds?: Adds<infer Added> | undefined }
  ? unknown extends Added
    ? never
    : Added
  : never;

/** What a policy adds, as a type that says so even of `undefined`. */
export type Adds<Added> = () => Added;

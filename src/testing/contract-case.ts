/** One thing that is asked of whatever fulfils a contract. */
export interface ContractCase {
  readonly name: string;
  /** Rejects, with node's AssertionError as a rule, when it is not so. */
  run(): Promise<void>;
}

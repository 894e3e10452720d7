import { KeelsonError } from '../core';
import { type ConfigProblem } from './config';
import { printable } from './show';

/** A problem, before it is put into words. */
export interface Finding {
  key: string;
  source: string;
  expected: string;
  got: string;
  /** What to do, as a sentence. */
  advice: string;
}

const longest = 240;

/** Collects what is wrong with a configuration, so that all of it is said at once. */
export class Problems {
  readonly #found: ConfigProblem[] = [];
  readonly #report: string[] = [];

  get count(): number {
    return this.#found.length;
  }

  /** Is this setting among them? */
  has(key: string): boolean {
    return this.#found.some((problem) => problem.key === key);
  }

  add(finding: Finding): void {
    const { expected, got, advice } = finding;
    const key = printable(finding.key, longest);
    const source = printable(finding.source, longest);
    const fact = `${key}: expected ${expected}, got ${got} (${source})`;
    this.#found.push({ key, source, expected, got, message: `${fact}. ${advice}` });
    this.#report.push(`  ${fact}\n    ${advice}`);
  }

  /**
   * The report, ready for a terminal, with the same as data in `details.errors`.
   *
   * @param retryable may the same work a moment later? For remote sources
   */
  toError(retryable = false, cause?: unknown): KeelsonError {
    const count = this.#found.length === 1 ? '1 problem' : `${this.#found.length} problems`;
    return new KeelsonError('CONFIG_INVALID', `The configuration is invalid, ${count}:\n${this.#report.join('\n')}`, {
      retryable,
      cause,
      details: { errors: [...this.#found] },
    });
  }

  /** @throws CONFIG_INVALID if there is any */
  throwIfAny(): void {
    if (this.#found.length > 0) throw this.toError();
  }
}

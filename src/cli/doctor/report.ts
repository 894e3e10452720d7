import { type Check } from './contract';
import { type PatientFacts } from './orders';
import { isSound, type CheckResult } from './run-checks';

const marks = Object.freeze({ passed: '✓', failed: '✗', accepted: '~', skipped: '-' });
const titleWidth = 52;

/** One line of the report, and below it what is wrong and what to do. */
export function resultText({ check, outcome, accepted }: CheckResult): string {
  const more = 'why' in outcome ? `skipped: ${outcome.why}` : (outcome.figure ?? '');
  const lines = [`${marks[outcome.kind]} ${check.title.padEnd(titleWidth)} ${more}`.trimEnd()];
  for (const note of accepted) lines.push(`    ${indented(note)}`);
  if (outcome.kind === 'failed') {
    for (const { problem, remedy } of outcome.findings) {
      lines.push(`    ${indented(problem)}`, `      -> ${indented(remedy)}`);
    }
    lines.push(`    (${check.name})`);
  }
  return `${lines.join('\n')}\n`;
}

/** What all of it comes to. */
export function sumText(results: readonly CheckResult[], ms: number): string {
  const count = (kind: CheckResult['outcome']['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  const [passed, wrong, known, left] = [count('passed'), count('failed'), count('accepted'), count('skipped')];
  return `\n${passed} proven, ${wrong} failed, ${known} accepted, ${left} skipped, in ${(ms / 1_000).toFixed(1)} s.\n`;
}

/** For programs. `complete`: nobody ended it before all checks were made; else it has not passed, whatever they said. */
export function reportJson(
  facts: PatientFacts,
  results: readonly CheckResult[],
  ms: number,
  complete: boolean,
): object {
  return {
    service: facts.name,
    version: facts.version,
    node: process.version,
    passed: complete && isSound(results),
    complete,
    ms: Math.round(ms),
    checks: results.map(({ check, outcome, accepted, ms: took }) => ({
      name: check.name,
      title: check.title,
      outcome: outcome.kind,
      ...('figure' in outcome ? { figure: outcome.figure } : {}),
      ...('why' in outcome ? { why: outcome.why } : {}),
      ...('findings' in outcome ? { findings: outcome.findings } : {}),
      ...(accepted.length > 0 ? { accepted } : {}),
      ms: Math.round(took),
    })),
  };
}

/** What stands in a terminal while a check runs. */
export function busyText({ title }: Check, columns: number): string {
  return `\r\u001b[2K${`… ${title}`.slice(0, columns - 1)}`;
}

/** Takes it away. */
export const busyEnd = '\r\u001b[2K';

function indented(text: string): string {
  return text.trim().split('\n').join('\n      ');
}

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Outcome } from './contract';

/** What the service's authors know and accept: the name of a check, or `check/subject`, to the reason. */
export type Acceptance = Readonly<Record<string, string>>;

/** Reads `keelson.doctor.accept` of package.json. */
export function acceptanceOf(folder: string): Acceptance {
  const file = resolve(folder, 'package.json');
  if (!existsSync(file)) return {};
  const { keelson } = JSON.parse(readFileSync(file, 'utf8')) as { keelson?: { doctor?: { accept?: unknown } } };
  const accept = keelson?.doctor?.accept;
  if (typeof accept !== 'object' || accept === null) return {};
  return Object.fromEntries(Object.entries(accept).filter(([, reason]) => typeof reason === 'string' && reason !== ''));
}

/** Takes what is accepted out of what a check found. What it throws is no such thing, and does not come here. */
export function acceptedBy(
  acceptance: Acceptance,
  check: string,
  outcome: Outcome,
): { readonly outcome: Outcome; readonly accepted: readonly string[] } {
  if (outcome.kind !== 'failed') return { outcome, accepted: [] };
  const accepted: string[] = [];
  const findings = outcome.findings.filter(({ subject, problem }) => {
    const reason = acceptance[`${check}/${subject}`] ?? acceptance[check];
    if (reason !== undefined) accepted.push(`${problem} Accepted: ${reason}`);
    return reason === undefined;
  });
  if (findings.length > 0) return { outcome: { ...outcome, findings }, accepted };
  return {
    outcome: { kind: 'accepted', ...(outcome.figure === undefined ? {} : { figure: outcome.figure }) },
    accepted,
  };
}

import { join } from 'node:path';
import { endPrograms, runProgram } from '../../support/program';
import { fault, type Report } from './support/fault';
import { canary, goodToken, startWrongly, type Wrong } from './support/refused-start';
import { brokenFiles, plantedSecrets, unknownNames, wrongVariables } from './support/wrong-settings';

const exitCodeConfig = 78;
const limitMs = 2_000;
interface Totals {
  slowestMs: number;
  opened: number;
  wrong: number;
  named: number;
}

/** All of them are refused in time, with the code for it and nothing on standard output, and each thing that is wrong has its line. */
async function refuseAll(wrongs: readonly Wrong[]): Promise<Totals> {
  const totals = { slowestMs: 0, opened: 0, wrong: 0, named: 0 };
  for (const wrong of wrongs) {
    const { title } = wrong;
    const { code, opened, stdout, report, tookMs } = await startWrongly(wrong);
    const silent = wrong.wrong.filter((key) => !report.includes(`\n  ${key}: expected `));
    const unsaid = (wrong.named ?? []).filter((text) => !report.includes(text));
    const stack = /^\s+at /m.test(report);
    const secrets = report.toLowerCase().split(canary.slice(0, 6).toLowerCase()).length - 1;
    expect({ title, code, opened, stdout, silent, unsaid, stack, secrets, slow: tookMs > limitMs }).toEqual({
      ...{
        title,
        code: exitCodeConfig,
        opened: false,
        stdout: '',
        silent: [],
        unsaid: [],
        stack: false,
        secrets: 0,
        slow: false,
      },
    });
    totals.slowestMs = Math.max(totals.slowestMs, tookMs);
    totals.opened += Number(opened);
    totals.wrong += wrong.wrong.length;
    totals.named += wrong.wrong.length - silent.length;
  }
  return totals;
}

function inTime(report: Report, wrongs: readonly Wrong[], { slowestMs, opened }: Totals): void {
  report(
    `${wrongs.length} of ${wrongs.length} refused, the slowest after ${Math.round(slowestMs)} ms, limit ${limitMs} ms`,
  );
  report(`ports opened: ${opened}, limit 0`);
}

afterAll(endPrograms);

test('the same program with a valid configuration starts', async () => {
  const program = runProgram([join(__dirname, 'fixtures/configured.cjs')], { API_TOKEN: goodToken, STOP_AT_ONCE: '1' });
  await program.ready();
  expect((await program.ended).code).toBe(0);
});

fault(33, 'files that are broken, missing or unreadable', 'exit before listening, the file named', async (report) => {
  inTime(report, brokenFiles, await refuseAll(brokenFiles));
});

fault(34, 'wrong environment variables', 'all of them named at once', async (report) => {
  const totals = await refuseAll(wrongVariables);
  report(`settings named: ${totals.named} of ${totals.wrong} wrong ones, in ${wrongVariables.length} starts`);
  inTime(report, wrongVariables, totals);
});

fault(35, 'unknown names and typos', 'an error that names them', async (report) => {
  const totals = await refuseAll(unknownNames);
  report(`detected: ${totals.named} of ${totals.wrong}`);
  inTime(report, unknownNames, totals);
});

fault(36, 'secrets in settings that are wrong', 'masked', async (report) => {
  await refuseAll(plantedSecrets);
  report(`secrets printed: 0 of ${plantedSecrets.length} planted`);
});

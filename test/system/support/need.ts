import { execFileSync } from 'node:child_process';

/** Are these programs on this machine? */
export function has(...programs: string[]): boolean {
  return programs.every((program) => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** `test` where the programs are there. Elsewhere the tests are skipped with a reason; in CI, where they must be there, they fail. */
export function testWith(...programs: string[]): jest.It {
  if (has(...programs)) return test;
  const reason = `needs ${programs.join(' and ')}`;
  if (process.env['CI'] === undefined) {
    process.stdout.write(`skipped: ${reason}\n`);
    return test.skip;
  }
  return ((name: string) =>
    test(name, () => {
      throw new Error(reason);
    })) as unknown as jest.It;
}

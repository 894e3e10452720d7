import { type ContractCase } from '../../src/testing';

/** What a runner does with a case; compiled by the type checker. */
async function report({ name, run }: ContractCase): Promise<string> {
  return run().then(
    () => `ok ${name}`,
    (error: unknown) => `not ok ${name}: ${(error as Error).message}`,
  );
}

test('a case is a name and something to run', async () => {
  await expect(report({ name: 'a', run: () => Promise.resolve() })).resolves.toBe('ok a');
  await expect(report({ name: 'b', run: () => Promise.reject(new Error('no')) })).resolves.toBe('not ok b: no');
});

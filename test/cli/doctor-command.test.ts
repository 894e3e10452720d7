import { doctorCommand } from '../../src/cli/doctor-command';
import { testContext } from './support/context';

/** What it does with a service needs its program as it is built: see test/system/doctor.test.ts. */
test('words that it does not know, and a folder without a service', async () => {
  await expect(doctorCommand(['now'], testContext({}))).rejects.toThrow('doctor now: not understood');
  await expect(doctorCommand([], testContext({}))).rejects.toThrow('There is no package.json in /nowhere.');
});

import { doctorCommand } from '../../src/cli/doctor-command';
import { project, removeProjects } from './doctor/support/project';
import { testContext } from './support/context';

afterEach(removeProjects);

/** What it does with a service needs its program as it is built: see test/system/doctor.test.ts. */
test('words that it does not know, and a folder without a service', async () => {
  await expect(doctorCommand(['now'], testContext({}))).rejects.toThrow('doctor now: not understood');
  await expect(doctorCommand([], testContext({}))).rejects.toThrow('There is no package.json in /nowhere.');
});

test('told to end before the first look is over', async () => {
  const context = testContext({ cwd: project("return createService({ name: 'one', settings });") });
  context.abort.abort();
  expect(await doctorCommand([], context)).toBe(130);
  expect(context.told.out).toBe('');
}, 30_000);

test('a first look for which there is no time', async () => {
  const context = testContext({ cwd: project("return createService({ name: 'one', settings });") });
  const running = doctorCommand(['--limit', '7'], context);
  // Listened to before the time passes: it may reject while it does.
  const refused = expect(running).rejects.toThrow('The service was not made: time was up after 7 s.');
  await context.clock.advance(7_000);
  await refused;
}, 30_000);

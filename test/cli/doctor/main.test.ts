import { Patient } from '../../../src/cli/doctor/patient';
import { program, project, removeProjects } from './support/project';

afterEach(removeProjects);

test('the built program makes the service that it is told to', async () => {
  const begin = {
    folder: project("return createService({ name: 'one', settings });"),
    settings: { log: { level: 'error' } },
    downstream: 'http://127.0.0.1:1',
    prefix: '/p',
    secret: '',
    held: false,
    start: false,
  };
  const patient = new Patient({ program, env: process.env, begin });
  expect(await patient.made).toMatchObject({ name: 'one' });
  await patient.end();
}, 20_000);

import { type Instance, type InstanceStatus } from '../../src/discovery';
import { registrationCases } from '../../src/testing/registration-cases';
import { memoryTraits } from '../discovery/harnesses';
import { failedCases, type Sabotage } from './sabotage';

const nothing = (): Promise<void> => Promise.resolve();
const wrongs: [string, Sabotage, string][] = [
  ['that registers nobody', () => ({ register: nothing }), 'who registers UP is found by others'],
  [
    'that does not look at the status',
    (good) => ({
      register: (one: Instance, _status: InstanceStatus, signal?: AbortSignal) => good.register(one, 'UP', signal),
    }),
    'who is STARTING is not found, until it is UP',
  ],
  ['that tells no status', () => ({ setStatus: nothing }), 'who is OUT_OF_SERVICE is not found, until it is UP'],
  [
    'that leaves who has deregistered',
    () => ({ deregister: nothing }),
    'who has deregistered is out, as often as it says so, and may come again',
  ],
  ['that stays when it stops', () => ({ stop: nothing }), 'a stop takes this process out of the registry'],
];

test.each(wrongs)('a registry %s is found out', async (_what, sabotage, name) => {
  expect(await failedCases(sabotage)).toContain(name);
  expect(registrationCases.map((one) => one.name)).toContain(name);
});

test('one that registers although it says that it cannot is found out', async () => {
  const failed = await failedCases(() => ({}), { ...memoryTraits, registers: false });
  expect(failed).toEqual([]);
  const late = await failedCases((good) => ({ deregister: nothing, setStatus: () => good.setStatus('UP') }), {
    ...memoryTraits,
    registers: false,
  });
  expect(late).toEqual(['an adapter that cannot register says yes to everything and does nothing']);
});

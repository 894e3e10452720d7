import { type Registry } from '../discovery';
import { type ContractCase } from './contract-case';
import { registrationCases } from './registration-cases';
import { lookingCases } from './registry-cases';
import { changeCases, outageCases } from './registry-change-cases';
import { type RegistryHarness, type RegistryTraits } from './registry-harness';

/**
 * What every adapter of discovery must do, as cases for any test runner:
 * `for (const { name, run } of registryContract(traits, make)) test(name, run);`
 *
 * @param make makes a harness with an empty world, for each case when it runs
 */
export function registryContract(
  traits: RegistryTraits,
  make: () => RegistryHarness | Promise<RegistryHarness>,
): readonly ContractCase[] {
  const all = [...lookingCases, ...changeCases, ...registrationCases, ...outageCases];
  return all
    .filter(({ when }) => when?.(traits) ?? true)
    .map(({ name, run }) => ({
      name,
      run: async () => {
        const harness = await make();
        const created: Registry[] = [];
        try {
          await run(remembering(harness, created));
        } finally {
          // What a case has not come to stop, because it failed.
          for (const registry of created) await registry.stop(AbortSignal.abort());
          await harness.dispose?.();
        }
      },
    }));
}

function remembering(harness: RegistryHarness, created: Registry[]): RegistryHarness {
  return {
    create: () => {
      const registry = harness.create();
      created.push(registry);
      return registry;
    },
    seed: (service, instances) => harness.seed(service, instances),
    settle: () => harness.settle(),
    reachable: (is) => harness.reachable?.(is),
    open: () => harness.open(),
  };
}

import { type Registry } from '../../src/discovery';
import { registryContract, type RegistryTraits } from '../../src/testing';
import { memoryHarness, memoryTraits } from '../discovery/harnesses';

/** A registry in which one thing is other than it should be. */
export type Sabotage = (good: Registry) => Partial<Registry>;

/** The names of the cases that a memory registry fails once it is sabotaged. */
export async function failedCases(sabotage: Sabotage, traits: RegistryTraits = memoryTraits): Promise<string[]> {
  const cases = registryContract(traits, () => {
    const harness = memoryHarness();
    return { ...harness, create: () => sabotaged(harness.create(), sabotage) };
  });
  const failed: string[] = [];
  for (const { name, run } of cases) await run().catch(() => failed.push(name));
  return failed;
}

function sabotaged(good: Registry, sabotage: Sabotage): Registry {
  const bad = sabotage(good);
  return new Proxy(good, {
    get: (target, name) => {
      const value: unknown = Reflect.get(bad, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => void).bind(name in bad ? bad : target) : value;
    },
  });
}

import { type ContractCase } from './contract-case';
import { TransportBench } from './transport-bench';
import { eventCases } from './transport-event-cases';
import { type TransportHarness, type TransportTraits } from './transport-harness';
import { laterCases } from './transport-later-cases';
import { lifeCases } from './transport-life-cases';
import { queueCases } from './transport-queue-cases';
import { requestCases } from './transport-request-cases';

/**
 * What every transport of messaging must do, as cases for any test runner:
 * `for (const { name, run } of transportContract(traits, make)) test(name, run);`
 *
 * @param make makes a harness, for each case when it runs
 */
export function transportContract(
  traits: TransportTraits,
  make: () => TransportHarness | Promise<TransportHarness>,
): readonly ContractCase[] {
  const all = [...lifeCases, ...eventCases, ...queueCases, ...laterCases, ...requestCases];
  return all
    .filter(({ when }) => when?.(traits) ?? true)
    .map(({ name, run }) => ({
      name,
      run: async () => {
        const harness = await make();
        const bench = new TransportBench(harness);
        try {
          await run(bench, traits);
          await bench.clear();
        } catch (error) {
          // What the case has not come to stop. Why it failed is what matters.
          await bench.clear().catch(() => undefined);
          throw error;
        } finally {
          await harness.dispose?.();
        }
      },
    }));
}

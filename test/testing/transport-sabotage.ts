import { type Consumption, type Delivery, type Source, type Transport } from '../../src/messaging';
import { transportContract, type TransportTraits } from '../../src/testing';
import { memoryTransportHarness, memoryTransportTraits } from '../messaging/harnesses';

/** A transport in which one thing is other than it should be. */
export type TransportSabotage = (good: Transport) => Partial<Transport>;

/** The names of the cases that a memory transport fails once it is sabotaged: of all cases, or of the one that is named. */
export async function failedTransportCases(
  sabotage: TransportSabotage,
  traits: TransportTraits = memoryTransportTraits,
  only?: string,
): Promise<string[]> {
  const cases = transportContract(traits, () => {
    const harness = memoryTransportHarness();
    return { ...harness, create: () => changed(harness.create(), sabotage) };
  });
  const failed: string[] = [];
  for (const { name, run } of cases) {
    if (only === undefined || only === name) await run().catch(() => failed.push(name));
  }
  return failed;
}

/** As it is, but for what `change` makes of it. */
export function changed<T extends object>(good: T, change: (good: T) => Partial<T>): T {
  const bad = change(good);
  return new Proxy(good, {
    get: (target, name) => {
      const value: unknown = name in bad ? Reflect.get(bad, name) : Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => void).bind(name in bad ? bad : target) : value;
    },
  });
}

/** Every delivery is other than it should be. */
export function badDeliveries(change: (good: Delivery) => Partial<Delivery>): TransportSabotage {
  return (good) => ({ consume: (source, deliver) => good.consume(source, (one) => deliver(changed(one, change))) });
}

/** Every consumption is. */
export function badConsumptions(change: (good: Consumption) => Partial<Consumption>): TransportSabotage {
  return (good) => ({ consume: (source, deliver) => changed(good.consume(source, deliver), change) });
}

/** Takes from something else than it was asked to. */
export function badSources(change: (source: Source) => Source): TransportSabotage {
  return (good) => ({ consume: (source, deliver) => good.consume(change(source), deliver) });
}

/** Messages arrive as something else. */
export function badEnvelopes(change: (good: Delivery['envelope']) => Partial<Delivery['envelope']>): TransportSabotage {
  return badDeliveries(({ envelope }) => ({ envelope: { ...envelope, ...change(envelope) } }));
}

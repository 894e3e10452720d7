import { type Delivery, type Transport } from '../../../../src/messaging';
import { dataOf, eventOf, soon } from './envelopes';
import { outcome } from './stand';

/** Numbers that are published until told to end, and what became of each. */
export interface Flow {
  readonly confirmed: Set<number>;
  readonly rejected: Map<number, string>;
  readonly begun: number;
  /** Publishes no more. Resolves when every publish is settled. */
  end(): Promise<void>;
}

/** Publishes numbered events, so many at once. */
export function flowOf(transport: Transport, type: string, atOnce = 50, body = ''): Flow {
  const confirmed = new Set<number>();
  const rejected = new Map<number, string>();
  let next = 0;
  let over = false;
  const worker = async (): Promise<void> => {
    while (!over) {
      const number = next++;
      const event = eventOf(type, body === '' ? number : { number, body });
      const became = (await outcome(transport.publish(event, soon))) as string;
      if (became === 'resolved') confirmed.add(number);
      else {
        rejected.set(number, became);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };
  const workers = Array.from({ length: atOnce }, worker);
  return {
    confirmed,
    rejected,
    get begun() {
      return next;
    },
    end: async () => {
      over = true;
      await Promise.all(workers);
    },
  };
}

/** What was confirmed and has not arrived. */
export function missingOf(flow: Flow, seen: readonly Delivery[]): readonly number[] {
  const numbers = new Set(seen.map(dataOf));
  return [...flow.confirmed].filter((one) => !numbers.has(one));
}

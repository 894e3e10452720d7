import { AssertionError } from 'node:assert';
import { systemClock, type Clock } from '../core';
import { createMemoryNetwork, type MemoryNetwork } from '../discovery';
import { createMemoryBroker, type MemoryBroker } from '../messaging';
import { register, type CloseBy } from './close-by';

/** How a {@link TestNetwork} is made. */
export interface TestNetworkOptions {
  /** For the services on it, its broker and its stubs. @default the machine's own time */
  readonly clock?: Clock;
  /** Has a hook of the test runner stop it: `createTestNetwork({ closeBy: afterEach })` at the top of a test file. @default nobody: call `stop()` */
  readonly closeBy?: CloseBy;
}

/** What services and stubs of a test share: who runs where, and who gets which message. */
export interface TestNetwork {
  readonly clock: Clock;
  /** Carries the messages: its queues and dead letters can be looked at. A new one after each stop. */
  readonly broker: MemoryBroker;
  /** Who runs where. A new one after each stop. */
  readonly registry: MemoryNetwork;
  /**
   * Has `part` stopped by the network's own stop, the one that came last first.
   *
   * @param late after all that is not late, as others need it for their stop: stubs are
   * @returns takes it back, for a part that has stopped by itself
   */
  own(part: TestPart, late?: boolean): () => void;
  /**
   * Stops all that is on it. Then it is as new, and can be used by the next test.
   *
   * @throws AssertionError with everything that went wrong: a stop that was not clean, open handles
   */
  stop(): Promise<void>;
}

/** Something that a test has opened. */
export interface TestPart {
  /** Closes it. What it rejects with fails the test. */
  stop(): Promise<void>;
}

/** Makes a network with nobody on it. Opens nothing. */
export function createTestNetwork({ clock = systemClock, closeBy }: TestNetworkOptions = {}): TestNetwork {
  const network = new Network(clock);
  register(closeBy, () => network.stop());
  return network;
}

class Network implements TestNetwork {
  readonly clock: Clock;
  readonly #parts = new Map<TestPart, { readonly late: boolean }>();
  #broker: MemoryBroker | undefined;
  #registry: MemoryNetwork | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get broker(): MemoryBroker {
    return (this.#broker ??= createMemoryBroker({ clock: this.clock }));
  }

  get registry(): MemoryNetwork {
    return (this.#registry ??= createMemoryNetwork());
  }

  own(part: TestPart, late = false): () => void {
    this.#parts.set(part, { late });
    return () => void this.#parts.delete(part);
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    const all = [...this.#parts].reverse();
    for (const [part] of [...all.filter(([, { late }]) => !late), ...all.filter(([, { late }]) => late)]) {
      this.#parts.delete(part);
      await part.stop().catch((error: unknown) => failures.push(error));
    }
    this.#broker = undefined;
    this.#registry = undefined;
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AssertionError({ message: failures.map(messageOf).join('\n\n') });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

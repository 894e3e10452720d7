import { KeelsonError } from '../../core';
import { type Source } from '../transport';
import { type MemoryQueue } from './queue';

/** The queues of a broker, and which messages go where. */
export class Queues {
  readonly #make: (name: string, ordered: boolean) => MemoryQueue;
  readonly #byName = new Map<string, MemoryQueue>();
  readonly #byEvent = new Map<string, MemoryQueue[]>();
  readonly #byCommand = new Map<string, MemoryQueue>();

  constructor(make: (name: string, ordered: boolean) => MemoryQueue) {
    this.#make = make;
  }

  all(): readonly MemoryQueue[] {
    return [...this.#byName.values()];
  }

  named(name: string): MemoryQueue | undefined {
    return this.#byName.get(name);
  }

  /** One for each group that has ever subscribed to the event. */
  ofEvent(event: string): readonly MemoryQueue[] {
    return this.#byEvent.get(event) ?? [];
  }

  /** Undefined where nobody has ever handled it. */
  ofCommand(command: string): MemoryQueue | undefined {
    return this.#byCommand.get(command);
  }

  /**
   * The queue of a source, made if there is none yet.
   *
   * @throws CONFIG_INVALID if there is one that was made for another order
   */
  declare(source: Source): MemoryQueue {
    const name = source.kind === 'event' ? `${source.name}.${source.group}` : source.name;
    const ordered = source.kind === 'event' && source.ordered;
    const queue = this.#byName.get(name) ?? this.#add(name, ordered, source);
    if (queue.ordered === ordered) return queue;
    const was = queue.ordered ? 'ordered' : 'not ordered';
    const message = `The queue ${name} is ${was}, which cannot be changed: subscribe with another group.`;
    throw new KeelsonError('CONFIG_INVALID', message, { retryable: false, details: { queue: name } });
  }

  #add(name: string, ordered: boolean, source: Source): MemoryQueue {
    const queue = this.#make(name, ordered);
    this.#byName.set(name, queue);
    if (source.kind === 'event') this.#byEvent.set(source.name, [...this.ofEvent(source.name), queue]);
    else this.#byCommand.set(source.name, queue);
    return queue;
  }
}

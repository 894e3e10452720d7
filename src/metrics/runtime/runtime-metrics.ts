import { type Clock } from '../../core';
import { type FamilyStore } from '../store';
import { EventLoopDelay } from './event-loop-delay';
import { EventLoopUtilization } from './event-loop-utilization';
import { GarbageCollection } from './garbage-collection';
import { addHeapMetrics } from './heap';
import { addProcessMetrics } from './process';

/** Measures the process and Node.js itself. */
export class RuntimeMetrics {
  readonly #delay: EventLoopDelay;
  readonly #utilization: EventLoopUtilization;
  readonly #collections: GarbageCollection;

  constructor(store: FamilyStore, clock: Clock) {
    addProcessMetrics(store);
    addHeapMetrics(store);
    this.#delay = new EventLoopDelay(store, clock);
    this.#utilization = new EventLoopUtilization(store, clock);
    this.#collections = new GarbageCollection(store);
  }

  start(): void {
    this.#delay.start();
    this.#utilization.start();
    this.#collections.start();
  }

  stop(): void {
    this.#delay.stop();
    this.#collections.stop();
  }
}

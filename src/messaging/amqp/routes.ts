import { isKeelsonError } from '../../core';
import { type Declarer } from './declarer';
import { type Publication } from './publication';
import { type Declaration } from './topology';

/** So long a refusal is believed, in ms: a loop that publishes to nowhere must not ask the broker each time. */
const believedMs = 1_000;

/** An exchange that is published to. */
interface Route {
  readonly declarations: readonly Declaration[];
  state: 'unknown' | 'asking' | 'ready';
  refused: { readonly error: Error; readonly until: number } | undefined;
  /** What waits to know. */
  held: Publication[];
}

/** What becomes of what was held. */
export interface RouteEvents {
  ready(held: readonly Publication[]): void;
  refused(held: readonly Publication[], error: Error): void;
}

/** Sees that exchanges are there before anything is published to them, as one that is not would cost the channel and all its confirms. */
export class Routes {
  readonly #routes = new Map<string, Route>();
  readonly #events: RouteEvents;
  readonly #now: () => number;
  #declarer: Declarer | undefined;

  constructor(now: () => number, events: RouteEvents) {
    this.#now = now;
    this.#events = events;
  }

  /** May it be written? If not it is held, and comes back by the events. */
  admits(publication: Publication): boolean {
    const { exchange, declarations } = publication.outgoing;
    if (exchange === '') return true;
    const route = this.#route(exchange, declarations);
    if (route.state === 'ready') return true;
    route.held.push(publication);
    if (route.refused !== undefined && route.refused.until > this.#now()) {
      this.#refuse(route, route.refused.error);
    } else if (route.state === 'unknown' && this.#declarer !== undefined) void this.#ask(route, this.#declarer);
    return false;
  }

  /** A connection stands; nothing is known of its broker. */
  up(declarer: Declarer): void {
    this.doubt();
    this.#declarer = declarer;
  }

  /** The connection is gone. What was held must be asked for again. */
  down(): readonly Publication[] {
    this.#declarer = undefined;
    this.doubt();
    return [...this.#routes.values()].flatMap((route) => route.held.splice(0));
  }

  /** This exchange is not there, or, if none is named, one of them: it is asked for again. */
  doubt(exchange?: string): void {
    const named = exchange === undefined ? undefined : this.#routes.get(exchange);
    for (const route of named === undefined ? this.#routes.values() : [named]) {
      route.state = 'unknown';
      this.#declarer?.forget(route.declarations);
    }
  }

  #route(exchange: string, declarations: readonly Declaration[]): Route {
    const known = this.#routes.get(exchange);
    if (known !== undefined) return known;
    const made: Route = { declarations, state: 'unknown', refused: undefined, held: [] };
    this.#routes.set(exchange, made);
    return made;
  }

  async #ask(route: Route, declarer: Declarer): Promise<void> {
    route.state = 'asking';
    try {
      await declarer.ensure(route.declarations);
      if (declarer !== this.#declarer || route.state !== 'asking') return this.#again(route);
      route.state = 'ready';
      this.#events.ready(route.held.splice(0));
    } catch (error) {
      if (declarer !== this.#declarer) return;
      route.state = 'unknown';
      // The connection is about to be lost: what is held waits for the next, or for its time to be up.
      if (!isKeelsonError(error, 'CONFIG_INVALID')) return;
      route.refused = { error, until: this.#now() + believedMs };
      this.#refuse(route, error);
    }
  }

  /** Something came between. */
  #again(route: Route): void {
    if (route.state !== 'ready' && route.held.length > 0) this.#events.ready(route.held.splice(0));
  }

  #refuse(route: Route, error: Error): void {
    this.#events.refused(route.held.splice(0), error);
  }
}

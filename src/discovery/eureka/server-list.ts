import { type Clock } from '../../core';
import { type EurekaServer } from './eureka-server';

const firstQuarantineMs = 30_000;
const longestQuarantineMs = 300_000;
/** One operation asks no more servers than this: with many of them hanging it would outlast its interval. */
const mostPerOperation = 3;

interface Standing {
  readonly server: EurekaServer;
  /** In a row. */
  failures: number;
  /** By the clock that does not jump. */
  quarantinedUntil: number;
}

/** Which server is asked first: the one that answered last. One that failed is left alone for half a minute, longer each time. */
export class ServerList {
  readonly #clock: Clock;
  readonly #standings: Standing[];

  constructor(servers: readonly EurekaServer[], clock: Clock) {
    this.#clock = clock;
    this.#standings = servers.map((server) => ({ server, failures: 0, quarantinedUntil: 0 }));
  }

  /** In the order in which to try. Never empty: when all are in quarantine, the one whose quarantine ends first comes first. */
  candidates(): EurekaServer[] {
    const now = this.#clock.now();
    const free = this.#standings.filter(({ quarantinedUntil }) => quarantinedUntil <= now);
    const chosen =
      free.length > 0 ? free : [...this.#standings].sort((a, b) => a.quarantinedUntil - b.quarantinedUntil);
    return chosen.slice(0, mostPerOperation).map(({ server }) => server);
  }

  /** It answered: it is asked first from now on. */
  answered(server: EurekaServer): void {
    const standing = this.#of(server);
    standing.failures = 0;
    standing.quarantinedUntil = 0;
    this.#standings.splice(this.#standings.indexOf(standing), 1);
    this.#standings.unshift(standing);
  }

  /** It did not answer, or with nonsense. */
  failed(server: EurekaServer): void {
    const standing = this.#of(server);
    standing.quarantinedUntil =
      this.#clock.now() + Math.min(firstQuarantineMs * 2 ** standing.failures, longestQuarantineMs);
    standing.failures += 1;
  }

  /** Those that are left alone just now, as they may be shown. */
  quarantined(): string[] {
    const now = this.#clock.now();
    return this.#standings.filter(({ quarantinedUntil }) => quarantinedUntil > now).map(({ server }) => server.shown);
  }

  #of(server: EurekaServer): Standing {
    return this.#standings.find((standing) => standing.server === server) as Standing;
  }
}

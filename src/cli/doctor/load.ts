import { ask, keptConnection } from './ask';

/** What became of the requests of a {@link Load}. */
export interface Tally {
  sent: number;
  answered: number;
  failed: number;
  readonly reasons: Set<string>;
}

/** Clients with a kept connection each, that ask again as soon as they have an answer. One whose answer says `Connection: close` opens another. */
export class Load {
  readonly tally: Tally = { sent: 0, answered: 0, failed: 0, reasons: new Set() };
  readonly #port: number;
  readonly #path: string;
  readonly #clients: readonly Promise<void>[];
  #over = false;

  constructor(port: number, path: string, clients: number) {
    this.#port = port;
    this.#path = path;
    this.#clients = Array.from({ length: clients }, () => this.#client());
  }

  /** Waits for the answers on their way. */
  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.#clients);
  }

  async #client(): Promise<void> {
    const agent = keptConnection();
    while (!this.#over) {
      this.tally.sent += 1;
      try {
        const { status } = await ask({ port: this.#port, path: this.#path, agent });
        if (status >= 500) throw new Error(`answered ${status}`);
        this.tally.answered += 1;
      } catch (error) {
        this.#fail(error);
        // Nobody is helped by asking a dead process ten thousand times.
        if (this.tally.failed >= mostFailures) break;
      }
    }
    agent.destroy();
  }

  #fail(error: unknown): void {
    this.tally.failed += 1;
    const { code, message } = error as { code?: string; message: string };
    this.tally.reasons.add(code ?? message);
  }
}

const mostFailures = 1_000;

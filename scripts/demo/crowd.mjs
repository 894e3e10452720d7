// Customers of the shop.
import http from 'node:http';
import { eventually, request } from './stage.mjs';

export function order(port, { sku = 'rope', agent } = {}) {
  const body = JSON.stringify({ sku, quantity: 1 });
  return request(port, '/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body, agent });
}

/** Customers with a connection each, who order again as soon as they have an answer. None of them tries anything twice. */
export class Crowd {
  /** The ids of all orders that were taken. */
  ids = [];
  #tally = { orders: 0, list: 0, failed: 0 };
  #over = false;
  #customers;

  constructor(port, customers) {
    this.#customers = Array.from({ length: customers }, () => this.#buy(port));
  }

  /** Waits until as many have ordered since `take` was last called. */
  ordered(count) {
    return eventually(() => this.#tally.orders >= count || undefined, `${count} orders`, 30_000);
  }

  /** What has happened since it was last called. */
  take() {
    const tally = this.#tally;
    this.#tally = { orders: 0, list: 0, failed: 0 };
    return tally;
  }

  async end() {
    this.#over = true;
    await Promise.all(this.#customers);
    return this.take();
  }

  async #buy(port) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    while (!this.#over) {
      const answer = await order(port, { agent }).catch(() => undefined);
      this.#tally.orders += 1;
      if (answer?.status !== 201) this.#tally.failed += 1;
      else this.#taken(JSON.parse(answer.body));
    }
    agent.destroy();
  }

  #taken({ id, priceFrom }) {
    this.ids.push(id);
    if (priceFrom === 'list') this.#tally.list += 1;
  }
}

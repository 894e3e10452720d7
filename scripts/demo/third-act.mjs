// The shop by messages, all five services in this process and the broker in its memory: a message that billing cannot handle, the fix, and the replay.
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createMemoryBroker, memoryTransport } from 'keelson/messaging';
import { Crowd, order } from './crowd.mjs';
import { build, check, eventually, request, show, takeLog, title } from './stage.mjs';

const require = createRequire(import.meta.url);
const customers = 8;
const queue = 'order.placed.billing';
const faultySku = 'compass';

export async function thirdAct() {
  const log = takeLog();
  const shop = new Shop(build('shop'));
  try {
    await play(shop, log);
  } finally {
    await shop.close();
    log.giveBack();
  }
}

async function play(shop, log) {
  title('The shop by messages: whoever takes an order says so, billing and shipping hear of it');
  const first = await shop.open();
  show(
    `five services in one process; the queues: ${shop.broker
      .queues()
      .map(({ name }) => name)
      .join(', ')}`,
  );
  await oneOrder(shop, log);

  title(
    `A poison message: ${customers} customers order, and somebody orders a ${faultySku}, whose tax billing cannot compute`,
  );
  const crowd = (shop.crowd = new Crowd(shop.port, customers));
  await crowd.ordered(100);
  const poison = await poisonMessage(shop, log, crowd);

  title('The fix is deployed: a new billing, then the end of the old one; the customers order on');
  const before = shop.invoices.size;
  const fixed = await shop.start('billing');
  await first.stop();
  await eventually(() => shop.invoices.size >= before + 100 || undefined, 'a hundred invoices');
  show(
    `${shop.invoices.size - before} invoices since; the dead letter is still there: ${shop.facts(queue).deadLetters}`,
  );
  check(shop.facts(queue).deadLetters === 1, 'the dead letter outlives the old billing');

  title('The replay: the letter goes back into its queue');
  check(shop.broker.replay(queue) === 1, 'one letter is replayed');
  const invoice = await eventually(() => shop.found(fixed, `/invoices/${poison}`), 'the invoice of the poison message');
  show(`GET /invoices/${poison} -> 200 ${JSON.stringify(invoice)}`);

  title('Nothing is lost');
  const { failed } = await crowd.end();
  check(failed === 0, 'the orders of the customers');
  await count(shop, log, [...crowd.ids, poison, ...shop.ids]);
}

async function oneOrder(shop, log) {
  const { id } = await shop.order('rope');
  shop.ids.push(id);
  const lines = await Promise.all([
    logged(log, 'orders', (line) => line.message === 'ordered' && line.id === id),
    logged(log, 'billing', (line) => line.order === id),
    logged(log, 'shipping', (line) => line.order === id),
  ]);
  for (const { service, message, traceId } of lines) show(`log of ${service}: ${JSON.stringify({ message, traceId })}`);
  check(new Set(lines.map(({ traceId }) => traceId)).size === 1, 'one trace id in all three logs');
}

/** @returns the id of the order */
async function poisonMessage(shop, log, crowd) {
  const begun = performance.now();
  const before = shop.invoices.size;
  crowd.take();
  const { id } = await shop.order(faultySku);
  const [letter] = await eventually(() => {
    const letters = shop.broker.deadLetters(queue);
    return letters.length > 0 ? letters : undefined;
  }, 'a dead letter');
  const seconds = (performance.now() - begun) / 1_000;
  const invoices = shop.invoices.size - before;
  const { orders, failed } = crowd.take();
  const repeated = log.lines.filter((line) => line.id === letter.envelope.id && line.delayMs !== undefined);
  for (const { attempt, delayMs, err } of repeated) show(`attempt ${attempt}: ${err.code}; again in ${delayMs} ms`);
  const { reason, code, attempts, message } = letter.note;
  show(`the dead letter of ${queue}: ${JSON.stringify({ reason, code, attempts, message })}`);
  show(
    `meanwhile, in ${seconds.toFixed(1)} s: ${orders} other orders, ${failed} failed; ${invoices} invoices, ${Math.round(invoices / seconds)} a second`,
  );
  check(letter.envelope.key === id && reason === 'failed' && code === 'TAX_UNKNOWN', 'the dead letter');
  check(repeated.length === delays.length && attempts === delays.length + 1, 'the attempts');
  check(failed === 0 && invoices > customers, 'the other orders');
  check(!shop.invoices.has(id), 'there is no invoice before the fix');
  return id;
}

/** Every order has one invoice and one parcel; asked for, and by the logs made once. */
async function count(shop, log, ids) {
  await eventually(() => shop.broker.queues().every(isEmpty) || undefined, 'all queues are empty');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const missing = async (service, path) => {
    const found = await Promise.all(ids.map((id) => shop.found(shop.running.get(service), path + id, agent)));
    return ids.filter((id, i) => found[i]?.order !== id).length;
  };
  const withoutInvoice = await missing('billing', '/invoices/');
  const withoutParcel = await missing('shipping', '/parcels/');
  agent.destroy();
  const made = (message) => log.lines.filter((line) => line.message === message).length;
  await eventually(
    () => (made('invoiced') >= ids.length && made('packed') >= ids.length) || undefined,
    'all of the log',
  );
  const [invoices, parcels] = [made('invoiced'), made('packed')];
  show(
    `${ids.length} orders, ${invoices} invoices, ${parcels} parcels; dead letters left: ${shop.facts(queue).deadLetters}`,
  );
  show(`orders without an invoice: ${withoutInvoice}, without a parcel: ${withoutParcel}`);
  check(new Set(ids).size === ids.length, 'the ids of the orders');
  check(withoutInvoice === 0 && withoutParcel === 0, 'an invoice and a parcel for each order');
  check(invoices === ids.length && parcels === ids.length, 'one invoice and one parcel for each order');
}

const isEmpty = ({ ready, unacked, delayed, deadLetters }) => ready + unacked + delayed + deadLetters === 0;

/** A short ladder, so that nobody has to wait. */
const delays = [100, 200, 400];

const settings = {
  http: { port: 0, host: '127.0.0.1' },
  instance: { host: '127.0.0.1' },
  discovery: { kind: 'memory' },
  log: { access: false },
  shutdown: { signals: false, drainDelayMs: 0 },
};

class Shop {
  broker = createMemoryBroker();
  /** The book that one billing hands to the next. */
  invoices = new Map();
  /** Of orders that were placed one by one. */
  ids = [];
  /** By name; of several of one name the newest. */
  running = new Map();
  port;
  crowd;
  #folder;
  #all = [];

  constructor(folder) {
    this.#folder = folder;
  }

  /** @returns the billing with the fault */
  async open() {
    const plenty = { stock: 1_000_000_000 };
    const [billing] = await Promise.all([
      this.start('billing', { faultySku, retryDelaysMs: delays }),
      this.start('shipping'),
      this.start('inventory', { ...plenty, cartons: plenty.stock }),
      this.start('pricing'),
    ]);
    await this.start('orders');
    return billing;
  }

  async start(name, own = {}) {
    const create = require(join(this.#folder, 'dist', `${name}.js`))[`create${name[0].toUpperCase()}${name.slice(1)}`];
    const messaging = { transport: memoryTransport({ broker: this.broker }) };
    const service = create({ ...settings, ...own }, messaging, ...(name === 'billing' ? [this.invoices] : []));
    this.#all.unshift(service);
    service.port = (await service.start()).port;
    this.running.set(name, service);
    if (name === 'orders') this.port = service.port;
    return service;
  }

  async order(sku) {
    const { status, body } = await order(this.port, { sku });
    check(status === 201, `the order of a ${sku}`);
    return JSON.parse(body);
  }

  /** What the service answers, undefined if it has it not. */
  async found({ port }, path, agent) {
    const { status, body } = await request(port, path, { agent });
    return status === 200 ? JSON.parse(body) : undefined;
  }

  facts(name) {
    return this.broker.queues().find((one) => one.name === name);
  }

  async close() {
    await this.crowd?.end();
    for (const service of this.#all) await service.stop();
  }
}

/** The first line of a service's log for which this holds. */
function logged(log, service, matches) {
  return eventually(
    () => log.lines.find((line) => line.service === service && matches(line)),
    `a line in the log of ${service}`,
  );
}

// Three services, each instance a process of its own: some are killed with SIGKILL, which leaves them no time to say goodbye, while a crowd of customers orders.
import { Crowd, order } from './crowd.mjs';
import { build, check, eventually, freePorts, logged, request, show, startInstance, title, wait } from './stage.mjs';

const token = 'shown-to-nobody';
const customers = 16;

export async function secondAct() {
  const shop = await openShop();
  await oneOrder(shop);

  title(`SIGKILL while ${customers} customers order: one instance of inventory and one of pricing are gone`);
  const crowd = new Crowd(shop.orders.port, customers);
  await crowd.ordered(200);
  const before = crowd.take();
  await kill(shop.inventory[0], shop.pricing[0]);
  await crowd.ordered(500);
  const after = crowd.take();
  const again = await retries(shop.orders.port);
  show(`${before.orders} orders before, ${after.orders} after; ${before.failed + after.failed} failed`);
  show(`${again} attempts were made again, on another instance`);
  check(before.failed + after.failed === 0 && again > 0, 'the orders while two instances died');

  title('SIGKILL for what is left of pricing: the fallback answers with the list price');
  const killed = performance.now();
  await kill(...shop.pricing.slice(1));
  await breaker(shop, 'open');
  const open = performance.now();
  await wait(500);
  const alone = crowd.take();
  show(`${alone.orders} orders, ${alone.list} of them at the list price; ${alone.failed} failed`);
  show(`the circuit breaker opened ${ms(open - killed)} after the kill: nobody waits for what is down`);
  check(alone.list > 0 && alone.failed === 0, 'the fallback');

  title('Pricing returns: the breaker closes');
  const begun = performance.now();
  await Promise.all(shop.pricing.map(({ port }) => shop.start('pricing', port)));
  const ready = performance.now();
  await breaker(shop, 'closed');
  show(`ready after ${ms(ready - begun)}, the breaker closed ${ms(performance.now() - ready)} later`);
  const between = crowd.take();
  await crowd.ordered(200);
  const last = await crowd.end();
  show(`${between.orders + last.orders} orders; ${between.failed + last.failed} failed`);
  show(`since it closed: ${last.orders}, ${last.orders - last.list} of them at the price of the day`);
  check(last.list < last.orders / 2, 'the price of the day after the return');
  check(between.failed + last.failed === 0, 'the orders while pricing returned');

  await close(shop);
}

/** Starts all instances. Orders has a list of the others' addresses and keeps it: nobody tells it who is dead. */
async function openShop() {
  const folder = build('shop');
  const start = (name, port, env = {}) => {
    const quiet = { LOG_ACCESS: 'false', SHUTDOWN_DRAIN_DELAY_MS: '0', STOCK: '1000000000' };
    return startInstance(folder, { args: [name], port, env: { ...quiet, ...env } });
  };
  title('The shop: orders calls inventory and pricing, three instances of inventory and two of pricing');
  const ports = await freePorts(5);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const list = { inventory: urls.slice(0, 3), pricing: urls.slice(3) };
  const [orders, ...others] = await Promise.all([
    start('orders', 0, {
      DISCOVERY: 'static',
      DISCOVERY_STATIC: JSON.stringify(list),
      PRICING_PAUSE_MS: '1000',
      MANAGEMENT_TOKEN: token,
    }),
    ...ports.map((port, i) => start(i < 3 ? 'inventory' : 'pricing', port)),
  ]);
  show(`six processes; orders on port ${orders.port} knows the five others by a list that stays as it is`);
  return { start, orders, inventory: others.slice(0, 3), pricing: others.slice(3) };
}

async function oneOrder({ orders, inventory }) {
  title('An order, one trace through the processes');
  const { status, body } = await order(orders.port);
  check(status === 201, 'the order');
  const { id, ...rest } = JSON.parse(body);
  show(`POST /orders -> ${status} ${JSON.stringify(rest)}`);
  const ordered = await logged(orders, (line) => line.message === 'ordered' && line.id === id);
  const reserved = await Promise.any(inventory.map((one) => logged(one, (line) => line.id === id)));
  for (const { service, message, traceId } of [reserved, ordered])
    show(`log of ${service}: ${JSON.stringify({ message, traceId })}`);
  check(ordered.traceId === reserved.traceId, 'one trace id in both logs');
}

async function kill(...instances) {
  for (const { child } of instances) child.kill('SIGKILL');
  await Promise.all(instances.map(({ exited }) => exited));
}

/** Waits until the breaker that orders has for pricing is in this state. */
function breaker({ orders }, wanted) {
  const headers = { authorization: `Bearer ${token}` };
  return eventually(async () => {
    const { body } = await request(orders.port, '/circuitbreakers', { headers });
    const { state } = JSON.parse(body).circuitBreakers.find(({ name }) => name === 'pricing');
    return state === wanted ? state : undefined;
  }, `the breaker of pricing is ${wanted}`);
}

/** How many attempts were made again, by the metrics of orders. */
async function retries(port) {
  const { body } = await request(port, '/metrics');
  const counts = body.split('\n').filter((text) => /^keelson_retry_attempts_total\{.*outcome="retried"/.test(text));
  return counts.reduce((sum, text) => sum + Number(text.split(' ').at(-1)), 0);
}

async function close({ orders }) {
  orders.child.kill('SIGTERM');
  const [code] = await orders.exited;
  check(code === 0, 'the end of orders');
}

const ms = (duration) => `${Math.round(duration)} ms`;

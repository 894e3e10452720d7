import { createBilling } from './billing';
import { createInventory } from './inventory';
import { createOrders } from './orders';
import { createPricing } from './pricing';
import { createShipping } from './shipping';

/** All five in this process, where they find each other in memory. Only orders has a port that is known outside. */
async function startAll(): Promise<void> {
  const memory = { discovery: { kind: 'memory' } };
  const inside = { ...memory, http: { port: 0, host: '127.0.0.1' }, instance: { host: '127.0.0.1' } };
  const others = [createInventory, createPricing, createBilling, createShipping].map((create) => create(inside));
  // Orders comes last: an event that nobody subscribes to yet is dropped.
  await Promise.all(others.map((service) => service.start()));
  await createOrders(memory).start();
}

// `node main.js orders` starts one of them, which finds the others as its configuration says.
const [name] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
switch (name) {
  case undefined:
    void startAll();
    break;
  case 'inventory':
    void createInventory().start();
    break;
  case 'pricing':
    void createPricing().start();
    break;
  case 'billing':
    void createBilling().start();
    break;
  case 'shipping':
    void createShipping().start();
    break;
  case 'orders':
    void createOrders().start();
    break;
  default:
    console.error(
      `There is no service ${name}: say inventory, pricing, billing, shipping or orders, or nothing for all of them.`,
    );
    process.exitCode = 2;
}

import { createInventory } from './inventory';
import { createOrders } from './orders';
import { createPricing } from './pricing';

/** All three in this process, where they find each other in memory. Only orders has a port that is known outside. */
function startAll(): void {
  const memory = { discovery: { kind: 'memory' } };
  const inside = { ...memory, http: { port: 0, host: '127.0.0.1' }, instance: { host: '127.0.0.1' } };
  void createInventory(inside).start();
  void createPricing(inside).start();
  void createOrders(memory).start();
}

// `node main.js orders` starts one of them, which finds the others as its configuration says.
const [name] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
switch (name) {
  case undefined:
    startAll();
    break;
  case 'inventory':
    void createInventory().start();
    break;
  case 'pricing':
    void createPricing().start();
    break;
  case 'orders':
    void createOrders().start();
    break;
  default:
    console.error(`There is no service ${name}: say inventory, pricing or orders, or nothing for all three.`);
    process.exitCode = 2;
}

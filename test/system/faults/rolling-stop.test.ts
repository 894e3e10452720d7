import { closingClient, startGreeter, type Tally } from './support/greeter';

/**
 * The bar of production: an instance is told to stop while clients send as fast as they can, and none of them notices.
 * The clients do what HTTP says: an answer with `Connection: close` is the last one on its connection, and they go elsewhere with the next request.
 */
test('20 stops under load: no request fails, none is lost in flight', async () => {
  const stops = 20;
  const tally: Tally = { sent: 0, answered: 0, failed: 0, moved: 0, errors: [] };
  let running = [
    await startGreeter({ SHUTDOWN_DRAIN_DELAY_MS: '1000' }),
    await startGreeter({ SHUTDOWN_DRAIN_DELAY_MS: '1000' }),
  ];
  const port = (): number => (running[Math.floor(Math.random() * running.length)] as { port: number }).port;
  let over = false;
  const clients = Array.from({ length: 64 }, () => closingClient(port, () => over, tally));
  const exits: (number | null)[] = [];
  for (let i = 0; i < stops; i++) {
    const [oldest, other] = running as [(typeof running)[0], (typeof running)[0]];
    const next = await startGreeter({ SHUTDOWN_DRAIN_DELAY_MS: '1000' });
    running = [other, next];
    oldest.child.kill('SIGTERM');
    exits.push(await oldest.exited);
  }
  over = true;
  await Promise.all(clients);
  for (const { child } of running) child.kill('SIGINT');
  for (const { exited } of running) exits.push(await exited);
  process.stdout.write(
    `rolling stop: ${stops} stops, ${tally.sent} requests, ${tally.moved} moves, ${tally.failed} failed\n`,
  );
  expect(tally.errors).toEqual([]);
  expect(tally.failed).toBe(0);
  expect(tally.answered).toBe(tally.sent);
  expect(tally.moved).toBeGreaterThanOrEqual(stops);
  expect(tally.sent).toBeGreaterThan(20_000);
  expect(new Set(exits)).toEqual(new Set([0]));
}, 180_000);

import { asked } from '../ask';
import { failed, passed, skipped, type Check } from '../contract';
import { pause } from '../pause';

const watchMs = 2_500;

export const outage: Check = {
  name: 'outage',
  title: 'an outage of a dependency does not stop all instances',
  limitMs: 12_000,
  run: async ({ fresh, stub, facts }) => {
    if (facts.clients.length === 0) return skipped('it calls no other service');
    if (facts.routes.length === 0) return skipped('it has no routes: nobody calls it, so its readiness harms nobody');
    const patient = await fresh({ settings: { health: { intervalMs: 100, timeoutMs: 300, failures: 1 } } });
    stub.mode = 'fail';
    const end = performance.now() + watchMs;
    let [rounds, down] = [0, 0];
    while (performance.now() < end) {
      const answer = await asked({ port: patient.port, path: '/readyz', timeoutMs: 1_000 });
      rounds += 1;
      if (answer?.status !== 200) down += 1;
      await pause(50);
    }
    const figure = `ready in ${rounds - down} of ${rounds} looks while every call was answered 503`;
    if (down === 0) return passed(figure);
    const remedy =
      'Take the check out of the group readiness: it still shows in /health. An answer of this service with a fallback or an error is better than none from all its instances at once.';
    return failed('/readyz says no because another service is away.', remedy, figure);
  },
};

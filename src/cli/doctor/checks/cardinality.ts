import { judged, type Check, type Finding } from '../contract';
import { pathOf } from '../get-routes';
import { type Patient } from '../patient';
import { getAll } from '../pipelined';
import { grownSeries, seriesOf } from '../series';

const urls = 10_000;
const warmUp = 200;
/** One of so many URLs is that of a route. */
const routesEvery = 5;
/** Growth of one metric that is no cause for alarm: a new route, status or bucket. */
const growthAllowed = 60;

export const cardinality: Check = {
  name: 'cardinality',
  title: `labels stay bounded under ${urls.toLocaleString('en')} random URLs`,
  limitMs: 25_000,
  run: async (bench, signal) => {
    const patient = await bench.fresh({ settings: { log: { level: 'error', access: false } } });
    await getAll(patient.port, randomPaths(patient, warmUp), signal);
    const before = seriesOf((await patient.ask({ path: '/metrics' })).body);
    const from = performance.now();
    const count = await getAll(patient.port, randomPaths(patient, urls), signal);
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    const after = seriesOf((await patient.ask({ path: '/metrics' })).body);
    const findings = grownSeries(before, after, growthAllowed).map(([metric, grown]): Finding => ({
      subject: metric,
      problem: `${metric} got ${grown} more series.`,
      remedy: 'Take paths, ids and names of users out of its labels: use the route (req.route.path), not the URL.',
    }));
    return judged(
      findings,
      `${count.toLocaleString('en')} URLs in ${seconds} s: ${total(before)} -> ${total(after)} series`,
    );
  },
};

/** Random URLs: of no route, and of each route with another parameter each. Those may ask a database, so they are fewer. */
function randomPaths(patient: Patient, count: number): readonly string[] {
  const own = patient.facts.routes.filter((path) => path.includes(':'));
  const templates = [patient.path('/item/:id'), ...own];
  return Array.from({ length: count }, (_, number) => {
    const random = `u${number}x${Math.random().toString(36).slice(2)}`;
    if (number % routesEvery > 0) return `/${random}/${number}`;
    const template = templates[(number / routesEvery) % templates.length] ?? '';
    return pathOf(template, random) ?? `/${random}`;
  });
}

function total(series: ReadonlyMap<string, number>): number {
  return [...series.values()].reduce((sum, count) => sum + count, 0);
}

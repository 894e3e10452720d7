// 200 instances of which one in ten is slow or fails: what each balancer makes of it. Each caller has a balancer of its own and knows only what it has seen itself.
import { createRequire } from 'node:module';
import { chance, SimulatedTime } from './time.mjs';

const require = createRequire(import.meta.url);
const {
  leastLoaded,
  makeInstance,
  outlierEjection,
  random,
  roundRobin,
  sticky,
  weighted,
} = require('../../dist/discovery/index.js');

export const world = Object.freeze({
  instances: 200,
  slow: 10,
  failing: 10,
  callsPerSecond: 10_000,
  workers: 4,
  serviceMs: 20,
  slowServiceMs: 200,
  failMs: 1,
  timeoutMs: 1_000,
  attempts: 2,
  seconds: 60,
  warmSeconds: 10,
});

/** Many callers that call each instance once in 20 s, and few that call each once a second: they have a chance to learn. */
export const crowds = Object.freeze([1_000, 50]);

/** As `service.client` has it is the last one. */
export const balancers = Object.freeze({
  'round robin': (tools) => roundRobin(tools),
  random: (tools) => random(tools),
  weighted: (tools) => weighted(tools),
  sticky: (tools) => sticky(tools),
  'least loaded': (tools) => leastLoaded(tools),
  'round robin, ejection': (tools) => outlierEjection({ ...tools, balancer: roundRobin(tools) }),
  'least loaded, ejection (the default)': (tools) => outlierEjection({ ...tools, balancer: leastLoaded(tools) }),
});

class Server {
  constructor(time, draw, kind) {
    this.time = time;
    this.draw = draw;
    this.kind = kind;
    this.busy = 0;
    this.waiting = [];
    this.served = 0;
  }

  /** Calls back when it has answered, unless the caller has given up before its turn. */
  ask(isWanted, answer) {
    this.served += 1;
    if (this.kind === 'failing') return void this.time.after(world.failMs, () => answer(false));
    this.waiting.push({ isWanted, answer });
    this.#next();
  }

  #next() {
    while (this.busy < world.workers && this.waiting.length > 0) {
      const { isWanted, answer } = this.waiting.shift();
      if (!isWanted()) continue;
      this.busy += 1;
      const mean = this.kind === 'slow' ? world.slowServiceMs : world.serviceMs;
      this.time.after(-mean * Math.log(1 - this.draw()), () => {
        this.busy -= 1;
        answer(true);
        this.#next();
      });
    }
  }
}

export function simulate(name, callerCount, seed) {
  const time = new SimulatedTime();
  const draw = chance(seed);
  const kindOf = (index) => (index % 10 === 3 ? 'slow' : index % 10 === 7 ? 'failing' : 'well');
  const limit = { slow: world.slow, failing: world.failing };
  const servers = Array.from({ length: world.instances }, (_, index) => {
    const kind = kindOf(index);
    return new Server(time, draw, kind === 'well' || (limit[kind] -= 1) < 0 ? 'well' : kind);
  });
  const instances = Object.freeze(
    servers.map((_, index) => makeInstance({ id: `i-${index}`, service: 's', host: `10.0.0.${index}`, port: 80 })),
  );
  const serverOf = new Map(instances.map((instance, index) => [instance.id, servers[index]]));
  const callers = Array.from({ length: callerCount }, () => balancers[name]({ clock: time, random: draw }));
  const latencies = [];
  let failed = 0;
  let calls = 0;
  let atWarm = servers.map(() => 0);

  const call = (balancer, key) => {
    const began = time.now();
    const counts = began >= world.warmSeconds * 1_000;
    if (counts) calls += 1;
    const over = (ok) => {
      if (!counts) return;
      if (ok) latencies.push(time.now() - began);
      else failed += 1;
    };
    const attempt = (number, avoid) => {
      const instance = balancer.pick(instances, { key, avoid });
      balancer.begin(instance);
      const sent = time.now();
      let open = true;
      const end = (ok) => {
        if (!open) return;
        open = false;
        timer.cancel();
        balancer.end(instance, time.now() - sent, ok ? 'success' : 'failure');
        if (ok || number === world.attempts) over(ok);
        else attempt(number + 1, [...avoid, instance.id]);
      };
      const timer = time.after(world.timeoutMs, () => end(false));
      serverOf.get(instance.id).ask(() => open, end);
    };
    attempt(1, []);
  };
  const arrive = () => {
    const caller = Math.floor(draw() * callers.length);
    call(callers[caller], `key-${caller}-${Math.floor(draw() * 100)}`);
    time.after((-1_000 / world.callsPerSecond) * Math.log(1 - draw()), arrive);
  };
  arrive();
  time.run(world.warmSeconds * 1_000);
  atWarm = servers.map(({ served }) => served);
  time.run(world.seconds * 1_000);

  latencies.sort((a, b) => a - b);
  const share = (kind) => {
    const counted = servers.map(({ served, kind: own }, index) => ({ own, served: served - atWarm[index] }));
    const all = counted.reduce((sum, { served }) => sum + served, 0) / servers.length;
    const some = counted.filter(({ own }) => own === kind);
    return some.reduce((sum, { served }) => sum + served, 0) / some.length / all;
  };
  const well = servers
    .map(({ served, kind }, index) => ({ kind, served: served - atWarm[index] }))
    .filter(({ kind }) => kind === 'well');
  const mean = well.reduce((sum, { served }) => sum + served, 0) / well.length;
  const spread = Math.sqrt(well.reduce((sum, { served }) => sum + (served - mean) ** 2, 0) / well.length) / mean;
  return {
    name,
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    failedShare: failed / calls,
    slowShare: share('slow'),
    failingShare: share('failing'),
    spread,
  };
}

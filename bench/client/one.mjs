// node one.mjs NAME SECONDS PORT PORT PORT: calls for some seconds with one variant and prints what it found as JSON.
import { inFlight, variants } from './variants.mjs';

const [name, seconds, ...ports] = process.argv.slice(2);
/** Warm by calls and not by time, so that the engine has compiled the same in every variant; the slow ones need not wait for all of them. */
const warm = { calls: 30_000, seconds: 3 };
const call = await variants.get(name)(ports);

/** So many at a time, each followed by the next at once. */
async function load(forSeconds, most = Infinity) {
  const begun = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  const one = async () => {
    while (calls < most && performance.now() - begun < forSeconds * 1e3) {
      const { message } = await call();
      if (message !== 'hello bob') throw new Error(`${name} answered ${message}`);
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (calls * 1e3) / (performance.now() - begun), cpuUs: (user + system) / calls };
}

await load(warm.seconds, warm.calls);
console.log(JSON.stringify(await load(Number(seconds))));
process.exit(0);

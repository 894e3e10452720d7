import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child';
import { Endured, unexpected } from './endured';
import { faults, type FaultContext, type Tally } from './faults';
import { mb, publish, slopeOf } from './report';

/** How long the service is watched, and how often something befalls it. */
export interface FaultyTimeOptions {
  readonly minutes: number;
  /** A fault begins so often. */
  readonly everyMs: number;
  /** And lasts so long. */
  readonly holdMs: number;
  readonly sampleMs: number;
  readonly seed: number;
  /** Settings of the service, so that its limits strike within `holdMs`. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Sample extends NodeJS.MemoryUsage {
  readonly minute: number;
  /** Resident memory by the kernel's account, in bytes. */
  readonly resident: number;
}

/** What a faulty time has found. */
export interface Faulty {
  readonly perSecond: number;
  readonly tally: Tally;
  readonly injected: number;
  /** Faults in which the service did not do what it should. */
  readonly broken: readonly string[];
  /** Of resident memory over the last two thirds, in bytes per 10 minutes. */
  readonly slope: number;
  /** Where it comes from: what V8 has reserved, buffers, and everything else (code, stacks, what the allocator keeps). */
  readonly slopes: { readonly heap: number; readonly external: number; readonly rest: number };
  /** Of resident memory: the last sixth compared with the sixth after the first third, in bytes. */
  readonly growth: number;
  readonly unexpected: readonly string[];
  readonly stderr: string;
  readonly exit: number | NodeJS.Signals;
}

const connections = 64;
const peakMs = 5_000;
/**
 * The heap is that of a small container. V8 lets garbage pile up in proportion to what it may use: with less of it resident memory swings less,
 * and a slope shows sooner.
 */
const oldSpaceMb = 96;
/** What the faults have the service say. */
const expected = [
  /^request failed$/,
  /^background work failed$/,
  /^Spans cannot be exported/,
  /^Log lines were dropped$/,
  /^health check is down$/,
];

/** A service with everything on at half of its peak, with one fault after the other. */
export async function faultyTime(name: string, options: FaultyTimeOptions): Promise<Faulty> {
  const { minutes, seed } = options;
  const endured = await Endured.start(options.env ?? {}, [`--max-old-space-size=${oldSpaceMb}`]);
  const [steady, burst, rabble] = await Promise.all([
    Child.start('steady-load.cjs'),
    Child.start('steady-load.cjs'),
    Child.start('mixed-load.cjs'),
  ]);
  const target = { port: endured.port, seed, connections };
  await rabble.call('begin', { ...target, connections: 32 });
  await steady.call('peak', { ...target, ms: peakMs / 2 });
  const peak = await steady.call<number>('peak', { ...target, ms: peakMs });
  const perSecond = peak / 2;
  process.stdout.write(`${name}: seed ${seed}; peak ${peak.toFixed(0)}/s\n`);

  await steady.call('begin', { ...target, perSecond });
  const end = performance.now() + minutes * 60_000;
  const [injections, samples] = await Promise.all([
    inject({ endured, holdMs: options.holdMs, perSecond, seed, burst, rabble }, options.everyMs, end),
    sample(endured, options.sampleMs, end),
  ]);
  const tally = await steady.call<Tally>('end');
  for (const child of [steady, burst, rabble]) child.signal('SIGKILL');
  const collected = await endured.service.call<NodeJS.MemoryUsage>('collected');
  const { exit, told } = await endured.stop();

  const faulty = {
    perSecond,
    tally,
    injected: injections.length,
    broken: injections.flatMap(({ fault, error }) => (error === undefined ? [] : [`${fault}: ${error}`])),
    ...trend(samples, minutes),
    unexpected: unexpected(told, expected),
    stderr: endured.service.stderr,
    exit,
  };
  publish(name, figuresOf(faulty, samples, injections), { minutes, seed, tally, injections, samples, collected });
  return faulty;
}

interface Injection {
  readonly minute: number;
  readonly fault: string;
  readonly figure?: string;
  readonly error?: string;
}

async function inject(context: FaultContext, everyMs: number, end: number): Promise<Injection[]> {
  const injections: Injection[] = [];
  const begun = performance.now();
  for (let i = 0; begun + (i + 0.5) * everyMs < end; i++) {
    await sleep(Math.max(0, begun + i * everyMs - performance.now()));
    const fault = faults[i % faults.length] as (typeof faults)[number];
    const minute = (performance.now() - begun) / 60_000;
    try {
      injections.push({ minute, fault: fault.name, figure: await fault.run(context) });
    } catch (error) {
      injections.push({ minute, fault: fault.name, error: String(error) });
    }
  }
  return injections;
}

async function sample({ service }: Endured, everyMs: number, end: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const begun = performance.now();
  while (performance.now() < end) {
    const usage = await service.call<NodeJS.MemoryUsage>('memory');
    samples.push({ minute: (performance.now() - begun) / 60_000, resident: residentOf(service.pid), ...usage });
    await sleep(everyMs);
  }
  return samples;
}

function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
}

/** What the last two thirds and sixths of the time say. */
function trend(samples: readonly Sample[], minutes: number): Pick<Faulty, 'slope' | 'slopes' | 'growth'> {
  const within = (from: number, to: number): readonly Sample[] =>
    samples.filter(({ minute }) => minute >= minutes * from && minute <= minutes * to);
  const mean = (some: readonly Sample[]): number => some.reduce((sum, { resident }) => sum + resident, 0) / some.length;
  const slope = (value: (one: Sample) => number): number =>
    slopeOf(within(1 / 3, 2).map((one) => [one.minute / 10, value(one)]));
  const slopes = {
    heap: slope(({ heapTotal }) => heapTotal),
    external: slope(({ external }) => external),
    rest: slope(({ resident, heapTotal, external }) => resident - heapTotal - external),
  };
  return {
    slope: slope(({ resident }) => resident),
    slopes,
    growth: mean(within(5 / 6, 2)) - mean(within(1 / 3, 1 / 2)),
  };
}

function figuresOf(faulty: Faulty, samples: readonly Sample[], injections: readonly Injection[]): string[] {
  const { tally, slope, slopes, growth, perSecond } = faulty;
  const part = samples.slice(Math.floor(samples.length / 3));
  const range = (key: keyof Sample): string => {
    const values = part.map((one) => one[key]).sort((a, b) => a - b);
    return `${mb(values[0] as number)} to ${mb(values.at(-1) as number)}`;
  };
  const faultLines = faults.flatMap(({ name }) => {
    const said = injections.filter(({ fault }) => fault === name).map(({ figure }) => figure ?? 'FAILED');
    return said.length === 0 ? [] : [`${name}: ${said.join('; ')}`];
  });
  return [
    `${tally.sent} sound requests at ${perSecond.toFixed(0)}/s, half of the peak: ${tally.failed} failed, ${tally.skipped} not sent in time by the load, ${tally.reopened} idle connections found closed`,
    `answered after ${tally.p50Ms.toFixed(1)} ms (median), ${tally.p99Ms.toFixed(0)} ms (p99), ${tally.slowestMs.toFixed(0)} ms (slowest)`,
    `${faulty.injected} faults, ${faulty.broken.length} not survived as they should; ${faulty.unexpected.length} unexpected messages; exit code ${faulty.exit}`,
    `resident memory after the first third: ${range('resident')}, slope ${mb(slope)} in 10 min, growth ${mb(growth)}`,
    `of that slope: heap ${mb(slopes.heap)}, external ${mb(slopes.external)}, rest ${mb(slopes.rest)}`,
    `of that memory: heap in use ${range('heapUsed')}, heap reserved ${range('heapTotal')}, external ${range('external')}`,
    ...faultLines,
    ...tally.examples.map((example) => `failed: ${example}`),
    ...faulty.broken,
    ...faulty.unexpected,
  ];
}

import { IdSource } from '../../src/tracing/id-source';
import { PassiveSpan } from '../../src/tracing/passive-span';
import { Sampler, type SamplerName, samplerNames } from '../../src/tracing/sampler';
import { spanBits } from '../../src/tracing/span-bits';

const low = `${'f'.repeat(18)}${'0'.repeat(14)}`;
const high = `${'0'.repeat(18)}${'f'.repeat(14)}`;
const parent = (bits: number): PassiveSpan => new PassiveSpan(high, '1'.repeat(16), bits | spanBits.remote);
const { sampled, debug, undecided, random } = spanBits;

/** Is it kept: as a root with a low and a high id, with a parent that is not sampled, and with one that is? */
const table: readonly (readonly [SamplerName, boolean, boolean, boolean, boolean])[] = [
  ['always_on', true, true, true, true],
  ['always_off', false, false, false, false],
  ['traceidratio', false, true, true, true],
  ['parentbased_always_on', true, true, false, true],
  ['parentbased_always_off', false, false, false, true],
  ['parentbased_traceidratio', false, true, false, true],
];

describe('Sampler', () => {
  test('the table has them all', () => {
    expect(table.map(([name]) => name)).toEqual([...samplerNames]);
  });

  test.each(table)('%s', (name, lowRoot, highRoot, child, sampledChild) => {
    const sampler = new Sampler(name, 0.5);
    const keeps = (id: string, from?: PassiveSpan): boolean => (sampler.bitsOf(id, from) & sampled) !== 0;
    expect([keeps(low), keeps(high), keeps(high, parent(0)), keeps(high, parent(sampled))]).toEqual([
      lowRoot,
      highRoot,
      child,
      sampledChild,
    ]);
    expect(keeps(high, parent(undecided))).toBe(highRoot);
    expect(keeps(low, parent(undecided))).toBe(lowRoot);
    expect(keeps(low, parent(sampled | debug))).toBe(true);
  });

  test('random and debug go on, other bits do not', () => {
    const bits = new Sampler('always_off', 1).bitsOf(high, parent(random | sampled | undecided));
    expect(bits).toBe(random);
    expect(new Sampler('always_off', 1).bitsOf(high, parent(debug | sampled))).toBe(debug | sampled);
  });

  test('the share that is kept is the ratio', () => {
    const ids = new IdSource();
    for (const ratio of [0, 0.01, 0.25, 1]) {
      const sampler = new Sampler('traceidratio', ratio);
      let kept = 0;
      for (let i = 0; i < 40_000; i += 1) kept += sampler.bitsOf(ids.traceId(), undefined);
      expect(Math.abs(kept / 40_000 - ratio)).toBeLessThan(ratio % 1 === 0 ? 1e-9 : 0.015);
    }
  });

  test('what a low ratio keeps, a higher one keeps too', () => {
    const ids = new IdSource();
    const [few, more] = [new Sampler('traceidratio', 0.1), new Sampler('traceidratio', 0.3)];
    for (let i = 0; i < 5000; i += 1) {
      const id = ids.traceId();
      if (few.bitsOf(id, undefined) === sampled) expect(more.bitsOf(id, undefined)).toBe(sampled);
    }
  });
});

import { IdSource } from '../../src/tracing/id-source';

describe('IdSource', () => {
  test('gives lower-case hex of the right length', () => {
    const ids = new IdSource();
    for (let i = 0; i < 1000; i += 1) {
      expect(ids.traceId()).toMatch(/^[0-9a-f]{32}$/);
      expect(ids.spanId()).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  test('never gives the same twice', () => {
    const ids = new IdSource();
    const traces = new Set(Array.from({ length: 100_000 }, () => ids.traceId()));
    const spans = new Set(Array.from({ length: 100_000 }, () => ids.spanId()));
    expect(traces.size).toBe(100_000);
    expect(spans.size).toBe(100_000);
  });

  test('two sources differ', () => {
    expect(new IdSource().traceId()).not.toBe(new IdSource().traceId());
  });

  test('refuses ids that are all zero', () => {
    const ids = new IdSource((bytes) => bytes.fill(0).fill(7, 48));
    expect(ids.traceId()).toBe('07'.repeat(16));
    const others = new IdSource((bytes) => bytes.fill(0).fill(9, 24));
    expect(others.spanId()).toBe('09'.repeat(8));
  });

  test('draws random bytes in bulk', () => {
    let draws = 0;
    const ids = new IdSource((bytes) => {
      draws += 1;
      bytes.fill(draws);
    });
    for (let i = 0; i < 100; i += 1) ids.traceId();
    expect(draws).toBe(1);
    for (let i = 0; i < 100; i += 1) ids.traceId();
    expect(draws).toBe(2);
  });
});

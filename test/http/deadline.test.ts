import { timeoutHeader, timeoutOf } from '../../src/http/deadline';

const day = 24 * 3_600_000;

test('its own header has the agreed name', () => {
  expect(timeoutHeader).toBe('keelson-timeout-ms');
});

test('without a header there is no deadline', () => {
  expect(timeoutOf({ host: 'x' })).toBeUndefined();
});

test.each([
  ['0', 0],
  ['1', 1],
  ['1500', 1_500],
  ['999999999999999', day],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  [' 5', undefined],
  ['', undefined],
  ['5, 6', undefined],
  ['1'.repeat(16), undefined],
  ['NaN', undefined],
])('milliseconds %p are %p', (text, ms) => {
  expect(timeoutOf({ 'keelson-timeout-ms': text })).toBe(ms);
  expect(timeoutOf({ 'x-envoy-expected-rq-timeout-ms': text })).toBe(ms);
});

test.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['40m', 40],
  ['5000u', 5],
  ['1000000n', 1],
  ['0n', 0],
  ['99999999H', day],
  ['100000000S', undefined],
  ['5', undefined],
  ['5s', undefined],
  ['-5S', undefined],
  ['5 S', undefined],
])('grpc-timeout %p is %p', (text, ms) => {
  expect(timeoutOf({ 'grpc-timeout': text })).toBe(ms);
});

test('the shortest counts, and nonsense is passed over', () => {
  expect(
    timeoutOf({ 'keelson-timeout-ms': '300', 'x-envoy-expected-rq-timeout-ms': '200', 'grpc-timeout': '1S' }),
  ).toBe(200);
  expect(timeoutOf({ 'keelson-timeout-ms': '300', 'grpc-timeout': '100m' })).toBe(100);
  expect(timeoutOf({ 'keelson-timeout-ms': 'soon', 'grpc-timeout': '1S' })).toBe(1_000);
  expect(timeoutOf({ 'keelson-timeout-ms': '7', 'grpc-timeout': 'soon' })).toBe(7);
  expect(timeoutOf({ 'keelson-timeout-ms': ['1', '2'], 'grpc-timeout': ['1S'] as never })).toBeUndefined();
});

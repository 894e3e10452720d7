import { SingleTarget } from '../../src/client/single-target';

test.each([
  ['http://a.example', 'http://a.example', 'a.example', 80],
  ['https://a.example', 'https://a.example', 'a.example', 443],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1', 8080],
  ['http://[::1]:8080/', 'http://[::1]:8080', '::1', 8080],
])('%s', (url, origin, host, port) => {
  const target = new SingleTarget(new URL(url)).pick();
  target.begin();
  target.end(1, 'failure');
  expect(target).toMatchObject({ origin, host, port, instance: undefined });
});

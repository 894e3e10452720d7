import { systemClock } from '../../src/core';
import { isDomain, resolveDnsOptions } from '../../src/discovery/dns-options';

test('without options: SRV records, every 10 s, 2 s at most', () => {
  expect(resolveDnsOptions({})).toMatchObject({
    suffix: '',
    srvPrefix: '_http._tcp',
    secure: false,
    intervalMs: 10_000,
    timeoutMs: 2000,
    believeEmpty: false,
    clock: systemClock,
  });
  expect(resolveDnsOptions({ intervalMs: 1000 }).timeoutMs).toBe(1000);
});

test('dots around the suffix do not matter', () => {
  expect(resolveDnsOptions({ suffix: '.Svc.Cluster.Local.' }).suffix).toBe('svc.cluster.local');
});

test.each([
  [{ port: 0 }, 'port must be a whole number from 1 to 65535, not 0'],
  [{ port: 80.5 }, 'port must be a whole number from 1 to 65535, not 80.5'],
  [{ intervalMs: 10 }, 'intervalMs must be a whole number from 1000 to 3600000, not 10'],
  [{ timeoutMs: 20_000 }, 'timeoutMs must be a whole number from 100 to 10000, not 20000'],
  [{ suffix: 'a b' }, 'suffix must be a domain name, not "a b"'],
  [{ srvPrefix: 'a..b' }, 'srvPrefix must be a domain name, not "a..b"'],
  [{ servers: ['ns.example'] }, 'servers must be IP addresses, with or without a port, not ns.example'],
])('%j is refused', (options, problem) => {
  expect(() => resolveDnsOptions(options)).toThrow(`DNS discovery: ${problem}.`);
});

test.each([
  ['inventory', true],
  ['_http._tcp.inventory.shop.svc.cluster.local', true],
  ['', false],
  ['.', false],
  ['a..b', false],
  ['a/b', false],
  ['ä', false],
  ['a'.repeat(64), false],
  [`${'a.'.repeat(127)}ab`, false],
])('%s can be asked for: %s', (name, can) => {
  expect(isDomain(name)).toBe(can);
});

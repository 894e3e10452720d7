import { type Instance } from '../../../src/discovery/contract';
import { fromInstanceInfo, toInstanceInfo } from '../../../src/discovery/eureka/instance-info';
import { info } from './support/fake-eureka';

const own: Instance = {
  id: 'host:greeter:8080',
  service: 'greeter',
  host: 'host.example',
  port: 8080,
  secure: false,
  weight: 1,
  metadata: { version: '2' },
};
const facts = { status: 'UP', renewIntervalMs: 30_000, dirtyAt: 1234.5, zone: undefined, metadata: {} } as const;

describe('toInstanceInfo', () => {
  test('everything that Eureka asks for', () => {
    expect(toInstanceInfo(own, facts)).toEqual({
      instanceId: 'host:greeter:8080',
      app: 'GREETER',
      hostName: 'host.example',
      vipAddress: 'greeter',
      secureVipAddress: 'greeter',
      status: 'UP',
      port: { $: 8080, '@enabled': 'true' },
      securePort: { $: 8080, '@enabled': 'false' },
      homePageUrl: 'http://host.example:8080/',
      statusPageUrl: 'http://host.example:8080/info',
      healthCheckUrl: 'http://host.example:8080/health',
      dataCenterInfo: { '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo', name: 'MyOwn' },
      leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 90 },
      metadata: { version: '2' },
      lastDirtyTimestamp: '1235',
    });
  });

  test('an address, TLS, a quick heartbeat', () => {
    expect(toInstanceInfo({ ...own, host: '::1', secure: true }, { ...facts, renewIntervalMs: 200 })).toMatchObject({
      hostName: '::1',
      ipAddr: '::1',
      port: { '@enabled': 'false' },
      securePort: { $: 8080, '@enabled': 'true' },
      homePageUrl: 'https://[::1]:8080/',
      leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: 3 },
    });
  });

  test('the instance wins over the options', () => {
    const said = { ...facts, zone: 'west', metadata: { version: '1', team: 'a' } };
    expect(toInstanceInfo({ ...own, weight: 0.5 }, said).metadata).toEqual({
      version: '2',
      team: 'a',
      zone: 'west',
      weight: '0.5',
    });
    expect(toInstanceInfo({ ...own, zone: 'east' }, said).metadata).toMatchObject({ zone: 'east' });
  });

  test('comes back as it was', () => {
    const there = { ...own, zone: 'east', weight: 3, secure: true };
    const listed = fromInstanceInfo(JSON.parse(JSON.stringify(toInstanceInfo(there, facts))), undefined);
    expect(listed).toEqual({
      instance: { ...there, metadata: { version: '2', zone: 'east', weight: '3' } },
      up: true,
      names: ['greeter'],
    });
  });
});

describe('fromInstanceInfo', () => {
  const read = (more: Record<string, unknown>): Instance | undefined =>
    fromInstanceInfo(info('stock', 'a', more), 'STOCK')?.instance;

  test('an instance of a Spring service', () => {
    const listed = fromInstanceInfo(
      {
        ...info('stock', '10.0.0.7:stock:8081'),
        overriddenstatus: 'UNKNOWN',
        port: { $: 8081, '@enabled': 'true' },
        securePort: { $: 443, '@enabled': 'false' },
        metadata: { '@class': 'java.util.Collections$EmptyMap', 'management.port': '8090' },
        vipAddress: 'stock,depot',
        actionType: 'ADDED',
      },
      'STOCK',
    );
    expect(listed).toEqual({
      instance: {
        id: '10.0.0.7:stock:8081',
        service: 'stock',
        host: '10.0.0.7:stock:8081.example',
        port: 8081,
        secure: false,
        weight: 1,
        metadata: { 'management.port': '8090' },
      },
      up: true,
      names: ['stock', 'depot'],
    });
    expect(Object.isFrozen(listed?.instance)).toBe(true);
  });

  test.each(['DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN', 'up', '', undefined, 7])('%s is not UP', (status) => {
    expect(fromInstanceInfo(info('stock', 'a', { status }), 'STOCK')?.up).toBe(false);
  });

  test.each<[string, Record<string, unknown>, number | undefined, boolean]>([
    ['the secure one where it is on', { securePort: { $: 8443, '@enabled': 'true' } }, 8443, true],
    ['switches that are no texts', { securePort: { $: 8443, '@enabled': true } }, 8443, true],
    ['a number alone', { port: 99 }, 99, false],
    ['a text alone', { port: '99' }, 99, false],
    ['without a switch it is on', { port: { $: 99 }, securePort: { $: 443 } }, 99, false],
    ['none is on', { port: { $: 8080, '@enabled': 'false' } }, undefined, false],
    ['none at all', { port: undefined, securePort: undefined }, undefined, false],
    ['null', { port: null, securePort: null }, undefined, false],
    ['zero', { port: { $: 0, '@enabled': 'true' } }, undefined, false],
    ['too large', { port: { $: 65_536, '@enabled': 'true' } }, undefined, false],
    ['half', { port: { $: 80.5, '@enabled': 'true' } }, undefined, false],
    ['nonsense', { port: { $: 'x', '@enabled': 'true' } }, undefined, false],
  ])('port: %s', (_, more, port, secure) => {
    const instance = read(more);
    expect(instance?.port).toBe(port);
    if (port !== undefined) expect(instance?.secure).toBe(secure);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'x'],
    ['a list', []],
    ['empty', {}],
    ['without a host', info('stock', 'a', { hostName: undefined, ipAddr: 5 })],
  ])('%s is nothing', (_, given) => {
    expect(fromInstanceInfo(given, 'STOCK')).toBeUndefined();
  });

  test('what is missing is made up for', () => {
    const poor = info('stock', 'a', {
      app: undefined,
      instanceId: undefined,
      hostName: undefined,
      vipAddress: 5,
      metadata: [],
    });
    expect(fromInstanceInfo(poor, 'Stock')).toMatchObject({
      instance: { id: '10.0.0.1:stock:8080', service: 'stock', host: '10.0.0.1', metadata: {} },
      names: ['stock'],
    });
    expect(fromInstanceInfo(poor, undefined)).toBeUndefined();
  });

  test.each([
    ['2', 2],
    ['0.5', 0.5],
    ['0', 0],
    ['', 1],
    ['-1', 1],
    ['much', 1],
    ['Infinity', 1],
  ])('weight %s is %d', (weight, is) => {
    expect(read({ metadata: { weight } })?.weight).toBe(is);
  });

  test('metadata has no prototype and only texts', () => {
    const metadata = JSON.parse('{"__proto__":"x","constructor":"y","n":1,"b":true,"o":{},"z":null}') as unknown;
    const read = fromInstanceInfo(info('stock', 'a', { metadata }), 'STOCK')?.instance.metadata as object;
    expect(Object.getPrototypeOf(read)).toBeNull();
    expect(Object.entries(read)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['n', '1'],
      ['b', 'true'],
    ]);
  });
});

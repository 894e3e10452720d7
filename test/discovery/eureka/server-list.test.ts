import { eurekaServer } from '../../../src/discovery/eureka/eureka-server';
import { ServerList } from '../../../src/discovery/eureka/server-list';
import { FakeClock } from '../../support/fake-clock';

const clock = new FakeClock();
const make = (count: number): { list: ServerList; servers: ReturnType<typeof eurekaServer>[]; names: () => string } => {
  const servers = Array.from({ length: count }, (_, index) => eurekaServer(`http://${'abcdef'[index]}`));
  const list = new ServerList(servers, clock);
  return {
    list,
    servers,
    names: () =>
      list
        .candidates()
        .map(({ shown }) => shown.slice(-1))
        .join(''),
  };
};

test('in the order given, three at most; who answered comes first', () => {
  const { list, servers, names } = make(5);
  expect(names()).toBe('abc');
  list.answered(servers[3] as never);
  expect(names()).toBe('dab');
});

test('who failed is left alone for 30 s, then twice as long, for five minutes at most', async () => {
  const { list, servers, names } = make(2);
  for (const seconds of [30, 60, 120, 240, 300, 300]) {
    list.failed(servers[0] as never);
    expect(list.quarantined()).toEqual(['http://a']);
    await clock.advance(seconds * 1000 - 1);
    expect(names()).toBe('b');
    await clock.advance(1);
    expect(names()).toBe('ab');
    expect(list.quarantined()).toEqual([]);
  }
  list.answered(servers[0] as never);
  list.failed(servers[0] as never);
  await clock.advance(30_000);
  expect(names()).toBe('ab');
});

test('when all have failed, the one that is free first is asked first', async () => {
  const { list, servers, names } = make(3);
  list.failed(servers[0] as never);
  list.failed(servers[0] as never);
  list.failed(servers[2] as never);
  await clock.advance(1);
  list.failed(servers[1] as never);
  expect(names()).toBe('cba');
});

test('a single server is always asked', () => {
  const { list, servers, names } = make(1);
  list.failed(servers[0] as never);
  expect(names()).toBe('a');
});

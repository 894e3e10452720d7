import { defineCommand, defineEvent } from '../../src/messaging';
import { createService } from '../../src/service';
import { type Service } from '../../src/service/service';
import { sourcesOf } from '../../src/service/sources';

const make = (): Service => createService({ name: 'billing', version: '1.2.3', settings: { log: { level: 'error' } } });

test('a service that was not started tells what it takes', () => {
  const service = make();
  service.messaging.subscribe(defineEvent('order.placed'), () => undefined, { retry: { delaysMs: [250] } });
  service.messaging.subscribe(defineEvent('order.placed'), () => undefined, { group: 'audit', ordered: true });
  service.messaging.handle(defineCommand('stock.reserve'), () => undefined);
  expect(sourcesOf(service)).toMatchObject([
    { kind: 'event', name: 'order.placed', group: 'billing', ordered: false, delaysMs: expect.arrayContaining([250]) },
    { kind: 'event', name: 'order.placed', group: 'audit', ordered: true, delaysMs: [] },
    { kind: 'command', name: 'stock.reserve' },
  ]);
});

test('one that only publishes takes nothing', () => {
  const service = make();
  void service.messaging;
  expect(sourcesOf(service)).toEqual([]);
});

test('one without messaging has none, and being asked does not make it', () => {
  const service = make();
  expect(sourcesOf(service)).toBeUndefined();
  expect(sourcesOf(service)).toBeUndefined();
});

test('what is not of this version has none', () => {
  expect(sourcesOf({ name: 'older' } as unknown as Service)).toBeUndefined();
});

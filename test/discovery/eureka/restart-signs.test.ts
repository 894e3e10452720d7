import { makeInstance, type Instance } from '../../../src/discovery';
import { fromInstanceInfo, type ListedInstance } from '../../../src/discovery/eureka/instance-info';
import { RestartSigns } from '../../../src/discovery/eureka/restart-signs';
import { info } from './support/fake-eureka';

const own: Instance = { ...makeInstance({ id: 'a', service: 'greeter', host: 'h', port: 1 }), service: 'Greeter' };
const listed = (app: string, id: string): ListedInstance => fromInstanceInfo(info(app, id), app) as ListedInstance;
const others = [listed('greeter', 'b'), listed('stock', 'a')];
const all = [...others, listed('greeter', 'a')];

let signs: RestartSigns;
beforeEach(() => {
  signs = new RestartSigns();
});

test('none while this process is not listed yet, nor while it is', () => {
  expect([others, others, all, all].map((one) => signs.in(one, own))).toEqual([false, false, false, false]);
});

test('it was listed and is no more: once', () => {
  expect([all, others, others, all].map((one) => signs.in(one, own))).toEqual([false, true, false, false]);
});

test('none where it took itself out, or never was in', () => {
  signs.in(all, own);
  expect(signs.in(others, undefined)).toBe(false);
  expect(signs.in(all, undefined)).toBe(false);
  expect(signs.in(others, own)).toBe(false);
});

test('the registry said that it does not know it: once', () => {
  signs.in(all, own);
  signs.forgot();
  expect([all, all].map((one) => signs.in(one, own))).toEqual([true, false]);
});

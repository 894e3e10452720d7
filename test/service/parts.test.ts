import { createService } from '../../src/service';
import { partsOf } from '../../src/service/parts';
import { type Service } from '../../src/service/service';

test('a service that was not started tells its routes and components', () => {
  const service = createService({ name: 'orders', version: '1' });
  expect(partsOf(service)).toEqual({ routes: [], components: [] });
  service.app.get('/orders/:id', () => undefined);
  service.use({ name: 'db' }).use({ name: 'cache' });
  expect(partsOf(service)).toEqual({ routes: ['/orders/:id'], components: ['db', 'cache'] });
});

test('a component that was refused is none', () => {
  const service = createService({ name: 'orders', version: '1' });
  service.health.check('db', () => undefined);
  expect(() => service.use({ name: 'db', check: () => undefined })).toThrow();
  expect(partsOf(service).components).toEqual([]);
});

test('what is not of this version tells nothing', () => {
  expect(partsOf({ name: 'older' } as unknown as Service)).toEqual({ routes: [], components: [] });
});

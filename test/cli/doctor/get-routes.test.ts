import { createRequire } from 'node:module';
import type * as expressPart from 'express';
import { getRoutes, pathOf } from '../../../src/cli/doctor/get-routes';
import { createService } from '../../../src/service';

const express = createRequire(__filename)('express') as typeof expressPart;

test('GET routes, those of routers too', () => {
  const service = createService({ name: 'x', version: '1.0.0', settings: { log: { level: 'error' } } });
  const router = express.Router();
  router.get('/', () => undefined);
  router.get('/:id', () => undefined);
  service.app.get('/a', () => undefined);
  service.app.get(['/b', '/c'], () => undefined);
  service.app.post('/d', () => undefined);
  service.app.get(/^\/e/, () => undefined);
  service.app.use('/orders', router);
  expect(getRoutes(service)).toEqual(['/a', '/b', '/c', '/orders', '/orders/:id']);
});

test('a path for a template of parameters', () => {
  expect(pathOf('/orders/:id/lines/:line', 'x')).toBe('/orders/x/lines/x');
  expect(pathOf('/files/*path', 'x')).toBeUndefined();
  expect(pathOf('/a{/:b}', 'x')).toBeUndefined();
});

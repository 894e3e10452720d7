import { stackOf } from '../../../src/cli/doctor/get-routes';
import { places, plantRoutes } from '../../../src/cli/doctor/planted';
import { createService, type Service } from '../../../src/service';
import { ask } from '../../support/ask';
import { captureLog, type CapturedLog } from '../../support/captured-log';

let log: CapturedLog;
let service: Service;
beforeEach(() => {
  log = captureLog();
  const settings = { http: { port: 0, host: '127.0.0.1' }, instance: { host: '127.0.0.1' } };
  service = createService({ name: 'x', version: '1.0.0', settings });
});
afterEach(async () => {
  await service.stop();
  log.restore();
});

test('behind what the service does, before its error handlers; and once more before everything', async () => {
  service.app.use((req, res, next) => (req.path.includes('behind') ? void res.sendStatus(401) : next()));
  service.app.use(
    (_error: unknown, _req: unknown, res: { sendStatus(code: number): unknown }, _next: unknown) =>
      void res.sendStatus(418),
  );
  const own = stackOf(service).length;
  plantRoutes(service, { prefix: '/p', secret: 's' });
  expect(stackOf(service).length).toBe(own + 10);
  const { port } = await service.start();
  const [behind, before] = places.map((place) => `/p/${place}`);
  expect((await ask(port, `${behind}/item/1`)).status).toBe(401);
  expect((await ask(port, `${before}/item/1`)).status).toBe(200);
  expect((await ask(port, `${before}/work?ms=1`)).status).toBe(200);
  expect((await ask(port, `${before}/throw`)).status).toBe(418);
});

import { type Service } from '../../service';
import { stackOf } from './get-routes';
import { type Begin } from './orders';
import { pause } from './pause';

/** The client that the planted routes call with. */
export const plantedClient = 'http://keelson-doctor.invalid';
/** What the planted route says in the log. */
export const plantedLine = 'keelson doctor was here';

/** Behind everything that the service itself does with requests; and before it, for a service that lets nobody in. */
export const places = ['behind', 'before'] as const;

/** Adds the routes that the doctor asks for: twice, see {@link places}. Under a path of their own, which nobody else knows. */
export function plantRoutes(service: Service, { prefix, secret }: Pick<Begin, 'prefix' | 'secret'>): void {
  const stack = stackOf(service);
  // The first entry reads bodies, and stays the first.
  const [reader, ...own] = stack.splice(0);
  const [before = [], behind = []] = [...places].reverse().map((place) => {
    addRoutes(service, `${prefix}/${place}`, secret);
    return stack.splice(0);
  });
  const firstErrorHandler = own.findIndex(({ handle, route }) => route === undefined && handle?.length === 4);
  own.splice(firstErrorHandler < 0 ? own.length : firstErrorHandler, 0, ...behind);
  stack.push(...(reader === undefined ? [] : [reader]), ...before, ...own);
}

function addRoutes(service: Service, base: string, secret: string): void {
  const { app } = service;
  app.get(`${base}/item/:id`, (_req, res) => void res.json({}));
  app.get(`${base}/work`, async (req, res) => {
    await pause(Number(req.query['ms'] ?? 0));
    res.json({});
  });
  app.get(`${base}/call`, async (_req, res) => {
    service.log.info(plantedLine);
    await service.client(plantedClient).get('/called-by-the-doctor');
    res.json({});
  });
  app.get(`${base}/throw`, () => {
    throw new Error(`planted: password=${secret}`);
  });
  app.post(`${base}/body`, (_req, res) => void res.json({}));
}

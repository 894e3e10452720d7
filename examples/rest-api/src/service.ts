import { createService } from 'keelson';
import { createDatabase, databaseSettings } from './database/database';
import { observed } from './database/observed';
import { addProductRoutes } from './product-routes';
import { createProductStore } from './product-store';
import { createRatings, ratingsSettings } from './ratings';

/** Makes the service without starting it, so that tests and tools can have one too. */
export function createCatalog(settings: Readonly<Record<string, unknown>> = {}) {
  const service = createService({
    name: 'catalog',
    config: { database: databaseSettings, ratings: ratingsSettings },
    settings,
  });
  const database = createDatabase(service.config.get('database'), service);
  service.use(database);
  addProductRoutes(
    service,
    createProductStore(observed(database, service)),
    createRatings(service.config.get('ratings'), service),
  );
  return service;
}

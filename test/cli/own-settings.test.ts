import { isOwn } from '../../src/cli/own-settings';
import { createService } from '../../src/service';

test("knows the chassis's settings from the service's own, also in a group that both have", () => {
  const config = {
    greeting: { doc: 'x', format: String, default: '' },
    http: { retries: { doc: 'x', format: 'nat', default: 1 } },
    db: { pool: { size: { doc: 'x', format: 'nat', default: 1 } } },
  } as const;
  const settings = createService({ name: 'any', version: '1', config }).config.describe();
  expect(settings.filter(isOwn).map(({ key }) => key)).toEqual(['greeting', 'http.retries', 'db.pool.size']);
  expect(createService({ name: 'any', version: '1' }).config.describe().filter(isOwn)).toEqual([]);
});

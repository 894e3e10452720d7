import { type SettingsSchema } from '../../src/config';
import { createService } from '../../src/service';
import { startTestService } from '../../src/testing';
import { type TestableService, type TestServiceOptions } from '../../src/testing/test-service-options';

test('a service of any settings is one that can be tested, and keeps its type', async () => {
  const factory = (settings: Readonly<Record<string, unknown>> = {}, more?: string) =>
    createService({
      name: 'tested',
      config: { greeting: { doc: 'Said to all', format: String, default: more ?? 'hello' } },
      settings,
    });
  const testable: TestableService = factory();
  const plain: TestableService = createService<SettingsSchema>({ name: 'tested' });
  expect([testable.name, plain.name]).toEqual(['tested', 'tested']);
  const options: TestServiceOptions = { settings: { greeting: 'hi' }, limitMs: 5_000, leakCheck: true };
  const started = await startTestService(factory, options);
  const greeting: string = started.service.config.get('greeting');
  expect(greeting).toBe('hi');
  await started.stop();
});

import { type SettingsSchema } from '../../src/config';
import { createService } from '../../src/service';
import { type ServiceOptions } from '../../src/service/options';

/** Holds where A and B are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

test('a name is all that must be given', () => {
  holds<Same<ServiceOptions['name'], string>>();
  holds<Same<{ name: string } extends ServiceOptions ? true : false, true>>();
  // @ts-expect-error without a name there is no service
  const nameless: ServiceOptions = {};
  expect(nameless).toEqual({});
});

test('what is not known is not taken', () => {
  // @ts-expect-error settings of the chassis go into `settings`
  const options: ServiceOptions = { name: 'tested', port: 1 };
  expect(options.name).toBe('tested');
});

test('the schema of the service is any schema', () => {
  holds<Same<ServiceOptions['config'], SettingsSchema | undefined>>();
  const options: ServiceOptions = {
    name: 'tested',
    config: { a: { b: { doc: 'Nested', format: 'nat', default: 1 } } },
  };
  expect(createService(options).config.get('log.level')).toBe('info');
});

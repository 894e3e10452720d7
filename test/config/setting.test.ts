import convict from 'convict';
import { create } from './support/invalid';
import { type Format, type Setting, type SettingsSchema } from '../../src/config';

test('a schema written for convict is a schema here', () => {
  const schema = {
    env: { doc: 'Where it runs', format: ['production', 'test'], default: 'test', env: 'NODE_ENV' },
    db: {
      port: { doc: 'Port', format: 'port', default: 5432 },
      host: { doc: 'Host', format: String, default: 'localhost' },
    },
  };
  const here: SettingsSchema = schema;
  const there = convict(schema, { env: {}, args: [] });
  const config = create(here);
  expect({ env: config.get('env'), db: config.get('db') }).toEqual(there.getProperties());
});

test('formats of every kind are formats', () => {
  const formats: readonly Format[] = [
    String,
    Number,
    Boolean,
    Object,
    Array,
    'port',
    'email',
    ['a', 1, true],
    () => undefined,
  ];
  const typed: Setting<number> = { doc: 'x', format: (value: number) => void value, default: 5 };
  expect(formats).toHaveLength(9);
  expect(create({ typed }, { env: { TYPED: '6' } }).get('typed')).toBe(6);
});

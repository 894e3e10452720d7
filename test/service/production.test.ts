import { productionBy } from '../../src/service/production';

test.each([
  'production',
  'PRODUCTION',
  'prod',
  'prod-eu',
  'production.blue',
  'live',
  'live_2',
  'prod1',
  'production2',
  'live01',
  ' production ',
])('NODE_ENV=%s says so', (environment) =>
  expect(productionBy(environment, undefined)).toBe(`NODE_ENV=${environment}`),
);

test.each([undefined, '', 'test', 'development', 'staging', 'preproduction', 'product', 'delivery', 'non-production'])(
  'NODE_ENV=%s does not',
  (environment) => expect(productionBy(environment, {})).toBeUndefined(),
);

test.each([
  ['deployment.environment.name=production', 'deployment.environment.name=production'],
  ['team=a, deployment.environment.name=prod-eu ,b=c', 'deployment.environment.name=prod-eu'],
  ['deployment.environment=prod', 'deployment.environment=prod'],
  ['deployment.environment.name=pro%64', 'deployment.environment.name=pro%64'],
  ['deployment%2Eenvironment=production', 'deployment%2Eenvironment=production'],
])('OTEL_RESOURCE_ATTRIBUTES=%s says so', (resourceAttributes, by) =>
  expect(productionBy('test', { resourceAttributes })).toBe(`${by} (OTEL_RESOURCE_ATTRIBUTES)`),
);

test.each([
  'deployment.environment.name=staging',
  'my.deployment.environment.name=production',
  'team=production',
  'deployment.environment.name=%E0%A4%A',
  null,
  undefined,
])('OTEL_RESOURCE_ATTRIBUTES=%s does not', (resourceAttributes) =>
  expect(productionBy(undefined, { resourceAttributes })).toBeUndefined(),
);

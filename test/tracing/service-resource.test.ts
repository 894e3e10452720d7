import { serviceResource } from '../../src/tracing/service-resource';

const service = { name: 'shop', version: '1', instance: 'i-1' };

describe('serviceResource', () => {
  test('says who the service is', () => {
    expect(serviceResource({ ...service, namespace: 'n', environment: 'prod', attributes: { team: 'x' } }, {})).toEqual(
      {
        'service.name': 'shop',
        'service.version': '1',
        'service.instance.id': 'i-1',
        'service.namespace': 'n',
        'deployment.environment.name': 'prod',
        'telemetry.sdk.name': 'keelson',
        'telemetry.sdk.language': 'nodejs',
        team: 'x',
      },
    );
  });

  test('the environment wins', () => {
    const resource = serviceResource({ ...service, attributes: { team: 'x' } }, { 'service.name': 'other', team: 'y' });
    expect(resource).toMatchObject({ 'service.name': 'other', 'service.version': '1', team: 'y' });
  });

  test('a service has a name', () => {
    expect(() => serviceResource({ ...service, name: '' }, {})).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error,
    );
  });
});

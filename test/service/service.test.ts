import { type RequestListener } from 'node:http';
import { type Tracer } from '@opentelemetry/api';
import { type Application } from 'express';
import { type Registry } from 'prom-client';
import { type Logger, type WorkContext } from '../../src/core';
import {
  createService,
  type ChassisValues,
  type Service,
  type ServiceAddress,
  type ServiceState,
} from '../../src/service';

/** Holds where A and B are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;

test('what a service file sees has the types that its author knows', () => {
  holds<Same<Service['app'], Application>>();
  holds<Same<Service['handler'], RequestListener>>();
  holds<Same<Service['log'], Logger>>();
  holds<Same<Service['tracer'], Tracer>>();
  holds<Same<Service['state'], ServiceState>>();
  holds<Service['metrics']['registry'] extends Registry ? true : false>();
  holds<Same<ReturnType<Service['context']>, WorkContext>>();
  holds<Same<ReturnType<Service['start']>, Promise<ServiceAddress>>>();
  holds<Same<ReturnType<Service['stop']>, Promise<void>>>();
  holds<Same<ServiceState, 'created' | 'starting' | 'ready' | 'draining' | 'stopped' | 'failed'>>();
  const service: Service = createService({ name: 'tested' });
  const names = ['app', 'handler', 'config', 'log', 'metrics', 'tracer', 'health', 'state', 'context'] as const;
  expect(names.filter((name) => service[name] === undefined)).toEqual([]);
});

test('the settings of the chassis are typed', () => {
  holds<Same<ChassisValues['http']['port'], number>>();
  holds<Same<ChassisValues['management']['port'], number | null>>();
  holds<Same<ChassisValues['log']['level'], 'debug' | 'info' | 'warn' | 'error'>>();
  holds<Same<ChassisValues['http']['trustProxy'], string>>();
  const values: ChassisValues['shutdown'] = createService({ name: 'tested' }).config.get('shutdown');
  expect(values.signals).toBe(true);
});

test('and those of the service, beside them', () => {
  const service = createService({
    name: 'tested',
    config: {
      greeting: { doc: 'Said to visitors', format: String, default: 'hello' },
      db: { pool: { doc: 'Connections', format: 'nat', default: 4 } },
    },
  });
  const greeting: string = service.config.get('greeting');
  const pool: number = service.config.get('db.pool');
  const level: 'debug' | 'info' | 'warn' | 'error' = service.config.get('log.level');
  expect([greeting, pool, level]).toEqual(['hello', 4, 'info']);
  // @ts-expect-error there is no such setting
  expect(() => service.config.get('greting')).toThrow('Did you mean "greeting"?');
});

test('a service of its own settings is a service', () => {
  const service = createService({
    name: 'tested',
    config: { greeting: { doc: 'Said', format: String, default: 'hi' } },
  });
  const taken = (one: Pick<Service, 'start' | 'stop' | 'log'>): string => typeof one.start;
  expect(taken(service)).toBe('function');
});

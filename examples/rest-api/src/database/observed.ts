import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { type Service } from 'keelson';
import { type Database, type Sql } from './database';

/** A span and a duration for each statement: its text is shown, its values are not. */
export function observed<D extends Database>(database: D, { tracer, metrics }: Pick<Service, 'tracer' | 'metrics'>): D {
  const duration = metrics.histogram({
    name: 'db_client_operation_duration_seconds',
    help: 'Duration of statements.',
    labels: ['db_operation_name', 'outcome'],
  });

  const watched = (sql: Sql): Sql => ({
    query: <Row>(text: string, values?: readonly unknown[]) => {
      const operation = /\w+/.exec(text)?.[0].toUpperCase() ?? '';
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text };
      return tracer.startActiveSpan(operation, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        const began = performance.now();
        let outcome = 'success';
        try {
          return await sql.query<Row>(text, values);
        } catch (error) {
          outcome = 'failure';
          span.recordException(error as Error);
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          duration.observe({ db_operation_name: operation, outcome }, (performance.now() - began) / 1_000);
          span.end();
        }
      });
    },
  });

  return {
    ...database,
    ...watched(database),
    transaction: (work: (sql: Sql) => Promise<unknown>) => database.transaction((sql) => work(watched(sql))),
  };
}

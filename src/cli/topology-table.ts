import { type AppliedDeclaration, type Declaration } from '../messaging/amqp';
import { table } from './table';

type Of<K extends Declaration['kind']> = Declaration & { kind: K };

/** For people: exchanges, queues and bindings, each as a table. */
export function topologyTable(declarations: readonly Declaration[]): string {
  const { exchanges, queues, bindings } = topologyJson(declarations);
  const parts = [
    part(
      ['EXCHANGE', 'TYPE'],
      exchanges.map(({ name, type }) => [name, type]),
    ),
    part(
      ['QUEUE', 'TYPE', 'ARGUMENTS'],
      queues.map(({ name, arguments: all }) => [name, String(all['x-queue-type'] ?? 'classic'), argumentsOf(all)]),
    ),
    part(
      ['BINDING OF', 'TO', 'ROUTING KEY'],
      bindings.map(({ queue, exchange, routingKey }) => [queue, exchange, routingKey === '' ? '-' : routingKey]),
    ),
  ];
  return parts.filter((text) => text !== '').join('\n');
}

/** For programs: all are durable. */
export function topologyJson(declarations: readonly Declaration[]) {
  const of = <K extends Declaration['kind']>(kind: K) => declarations.filter((one): one is Of<K> => one.kind === kind);
  return {
    exchanges: of('exchange').map(({ name, type }) => ({ name, type })),
    queues: of('queue').map(({ name, arguments: all }) => ({ name, arguments: all })),
    bindings: of('binding').map(({ queue, exchange, routingKey }) => ({ queue, exchange, routingKey })),
  };
}

/** What became of each, for people. */
export function appliedTable(applied: readonly AppliedDeclaration[]): string {
  const rows = applied.map(({ declaration, state }) => [declaration.kind, nameOf(declaration), said[state]]);
  return table(['KIND', 'NAME', 'STATE'], rows);
}

/** What became of each, for programs. */
export function appliedJson(applied: readonly AppliedDeclaration[]) {
  return applied.map(({ declaration, state, error }) => ({
    kind: declaration.kind,
    name: nameOf(declaration),
    state,
    ...(error === undefined ? {} : { error: error.message }),
  }));
}

const said: Readonly<Record<AppliedDeclaration['state'], string>> = {
  made: 'made',
  there: 'was there',
  bound: 'bound',
  missing: 'missing',
  refused: 'REFUSED',
};

function nameOf(one: Declaration): string {
  return one.kind === 'binding' ? `${one.queue} to ${one.exchange}` : one.name;
}

function part(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : table(head, rows);
}

function argumentsOf(all: (Declaration & { kind: 'queue' })['arguments']): string {
  const shown = Object.entries(all)
    .filter(([name]) => name !== 'x-queue-type')
    .map(([name, value]) => `${name}=${value === '' ? '""' : String(value)}`);
  return shown.length === 0 ? '-' : shown.join(' ');
}

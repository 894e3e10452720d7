import { type Instance } from './contract';

/** What an adapter knows of an instance; the rest is filled in. */
export interface InstanceFacts {
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /** @default host:port */
  readonly id?: string | undefined;
  /** @default false */
  readonly secure?: boolean | undefined;
  readonly zone?: string | undefined;
  /** @default 1; what is no number of 0 or more counts as not given */
  readonly weight?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Services are told apart by this. */
export function serviceName(name: string): string {
  return name.toLowerCase();
}

/** Makes an instance: gaps filled, names in lower case, an IPv6 address without brackets, frozen through and through. */
export function makeInstance(facts: InstanceFacts): Instance {
  const host = facts.host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const { weight, zone } = facts;
  return Object.freeze({
    id: facts.id ?? `${host.includes(':') ? `[${host}]` : host}:${facts.port}`,
    service: serviceName(facts.service),
    host,
    port: facts.port,
    secure: facts.secure ?? false,
    ...(zone !== undefined && zone !== '' && { zone }),
    weight: weight !== undefined && Number.isFinite(weight) && weight >= 0 ? weight : 1,
    metadata: Object.freeze({ ...facts.metadata }),
  });
}

/** Do both say the same? */
export function sameInstance(a: Instance, b: Instance): boolean {
  if (a === b) return true;
  const alike =
    a.id === b.id &&
    a.service === b.service &&
    a.host === b.host &&
    a.port === b.port &&
    a.secure === b.secure &&
    a.zone === b.zone &&
    a.weight === b.weight;
  return alike && sameTexts(a.metadata, b.metadata);
}

function sameTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && a[name] === b[name]);
}

/**
 * Brings a list up to date. Who stays keeps its place, and its object if it says the same as before; the new ones follow by id.
 *
 * @param keep does an instance that is not in the answer stay all the same?
 * @returns `known` itself when nothing has changed
 */
export function updated(
  known: readonly Instance[],
  answered: readonly Instance[],
  keep: (gone: Instance) => boolean,
): readonly Instance[] {
  // The last one wins where an id is there twice.
  const fresh = new Map(answered.map((one) => [keyOf(one), one]));
  const list: Instance[] = [];
  for (const old of known) {
    const now = fresh.get(keyOf(old));
    if (now !== undefined) list.push(sameInstance(old, now) ? old : now);
    else if (keep(old)) list.push(old);
    fresh.delete(keyOf(old));
  }
  list.push(...[...fresh].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one));
  const same = list.length === known.length && list.every((one, i) => one === known[i]);
  return same ? known : Object.freeze(list);
}

/** Ids are unique within a service, and a list may have instances of several: those that share a virtual address. */
export function keyOf({ service, id }: Instance): string {
  return `${service}/${id}`;
}

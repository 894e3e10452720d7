import { type FaultSubject } from '../core';
import { type FaultRule } from './rules';

/** Does a piece of work lie within the scope of a rule? */
export type Scope = (subject: FaultSubject) => boolean;

type Narrowing = Pick<FaultRule, 'method' | 'route' | 'peer' | 'type' | 'group' | 'headers'>;

/** What a rule narrows itself down to. What it says nothing about fits all; what the work does not have fits nothing that is asked for. */
export function scopeOf(rule: Narrowing): Scope {
  const { method, route, peer, type, group, headers } = rule;
  const tests: Scope[] = [];
  if (method !== undefined) tests.push((subject) => subject.method === method);
  if (route !== undefined) tests.push(onPath(route));
  if (peer !== undefined) tests.push((subject) => subject.peer?.toLowerCase() === peer.toLowerCase());
  if (type !== undefined) tests.push(ofType(type));
  if (group !== undefined) tests.push((subject) => subject.group === group);
  for (const [name, value] of Object.entries(headers ?? {})) tests.push(withHeader(name.toLowerCase(), value));
  return (subject) => tests.every((fits) => fits(subject));
}

/** In any case and with or without a slash at its end, as express has it. */
function onPath(route: string): Scope {
  const beneath = route.endsWith('/*');
  const wanted = partsOf(beneath ? route.slice(0, -2) : route);
  return ({ path }) => {
    if (path === undefined) return false;
    const given = partsOf(path);
    if (beneath ? given.length < wanted.length : given.length !== wanted.length) return false;
    return wanted.every((part, at) => part === given[at] || (part.startsWith(':') && given[at] !== ''));
  };
}

function partsOf(path: string): string[] {
  return path.toLowerCase().replace(/\/$/, '').split('/');
}

function ofType(wanted: string): Scope {
  if (!wanted.endsWith('*')) return ({ type }) => type === wanted;
  const start = wanted.slice(0, -1);
  return ({ type }) => type?.startsWith(start) === true;
}

function withHeader(name: string, wanted: string): Scope {
  return ({ headers }) => {
    const given = headers?.[name];
    if (given === undefined) return false;
    return wanted === '*' || given === wanted || (Array.isArray(given) && given.includes(wanted));
  };
}

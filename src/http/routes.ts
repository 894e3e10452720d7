import { type Application, type Request } from 'express';
import { type SubApp } from './app';

/** What express's router keeps about one entry of its stack. */
interface Layer {
  route?: Route;
  handle?: { stack?: Layer[] };
  /** What the entry was mounted with; routers before 2.3 lack it. */
  rawPath?: unknown;
}

type Route = object & { path: unknown };

type Templates = [string, ...string[]];

/** Routers in routers, deeper than anybody goes: one mounted in itself would have no end. */
const deepest = 8;

/**
 * Knows the template (`/orders/:id`) behind each express route, mounts of nested routers and sub-apps included.
 * `req.baseUrl` cannot serve for that: it has the concrete mount (`/tenants/t1`), and nothing at all in error handlers.
 */
export class RouteTable {
  readonly #app: Application;
  readonly #subApps: readonly SubApp[];
  readonly #known = new WeakMap<Route, Templates>();

  constructor(app: Application, subApps: readonly SubApp[] = []) {
    this.#app = app;
    this.#subApps = subApps;
  }

  /**
   * The template of the route that matched, or undefined: then nothing of the request's path may become a label.
   *
   * @param path the request's own, to tell apart the places where one route can be reached
   */
  templateOf(req: Request, path: string): string | undefined {
    const route = req.route as Route | undefined;
    if (route === undefined) return this.#literalMount(req);
    const known = this.#known.get(route) ?? this.#learn(route, req);
    if (known.length === 1) return known[0];
    return known.find((template) => fits(template, path)) ?? known[0];
  }

  /** Every template of the app as it stands now, for collision checks. */
  templates(): string[] {
    return [...this.#walkAll().values()].flat();
  }

  #learn(route: Route, req: Request): Templates {
    const fresh = this.#walkAll();
    // An app within a sub-app shows itself only while it handles a request.
    const sub = req.app as Application | undefined;
    if (!fresh.has(route) && sub !== undefined) walk(stackOf(sub), mountsOf(sub), fresh);
    for (const [one, templates] of fresh) this.#known.set(one, templates);
    return fresh.get(route) ?? (textsOf(route.path) as Templates);
  }

  #walkAll(): Map<Route, Templates> {
    const found = new Map<Route, Templates>();
    walk(stackOf(this.#app), [''], found);
    for (const { app, path } of this.#subApps) walk(stackOf(app), joined([''], path), found);
    return found;
  }

  /** Answered by middleware under a mount without parameters (a static folder): the mount itself is a safe label. */
  #literalMount(req: Request): string | undefined {
    if (typeof req.baseUrl !== 'string' || req.baseUrl === '') return undefined;
    const base = req.baseUrl.toLowerCase();
    for (const layer of stackOf(this.#app)) {
      const mount = textsOf(layer.rawPath ?? '').find((text) => trimmed(text).toLowerCase() === base);
      if (mount !== undefined) return trimmed(mount);
    }
    return undefined;
  }
}

function stackOf(app: Application): Layer[] {
  return (app.router as unknown as { stack: Layer[] }).stack;
}

function walk(stack: Layer[], mounts: string[], found: Map<Route, Templates>, depth = 0): void {
  for (const { route, handle, rawPath } of stack) {
    if (route !== undefined) {
      const templates = new Set([...(found.get(route) ?? []), ...joined(mounts, route.path)]);
      found.set(route, [...templates] as Templates);
    } else if (handle?.stack !== undefined && depth < deepest) {
      walk(handle.stack, joined(mounts, rawPath ?? ''), found, depth + 1);
    }
  }
}

function mountsOf(app: Application): string[] {
  const { parent } = app as Application & { parent?: Application };
  return parent === undefined ? [''] : joined(mountsOf(parent), app.mountpath);
}

/** A path may be given as a list of them. */
function textsOf(path: unknown): string[] {
  if (Array.isArray(path)) return path.flat(Infinity).map(textOf);
  return [textOf(path)];
}

function textOf(path: unknown): string {
  return path instanceof RegExp ? path.source : String(path);
}

function joined(mounts: readonly string[], path: unknown): string[] {
  const texts = textsOf(path);
  return mounts.flatMap((mount) => texts.map((text) => join(mount, text)));
}

function join(mount: string, path: string): string {
  if (path === '/' || path === '') return mount === '' ? path : mount;
  return trimmed(mount) + path;
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Could this template be that of the path? Exact for segments and parameters; the rest of express's grammar is taken for fitting. */
function fits(template: string, path: string): boolean {
  const wanted = trimmed(template.toLowerCase()).split('/');
  const given = trimmed(path.toLowerCase()).split('/');
  for (const [i, part] of wanted.entries()) {
    if (/[{*(\\^]/.test(part)) return true;
    if (given[i] === undefined || (!part.includes(':') && part !== given[i])) return false;
  }
  return wanted.length === given.length;
}

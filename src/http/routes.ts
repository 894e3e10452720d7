import { type Application, type Request } from 'express';

/** What express's router keeps about one entry of its stack. */
interface Layer {
  route?: object & { path: unknown };
  handle?: { stack?: Layer[] };
  /** What the entry was mounted with; routers before 2.3 lack it. */
  rawPath?: unknown;
}

/** A route may be reachable under several mounts; the concrete `req.baseUrl` tells which one it was. */
interface Mounted {
  readonly mount: string;
  readonly template: string;
}

type Mounts = [Mounted, ...Mounted[]];

/**
 * Knows the template (`/orders/:id`) behind each express route, mounts of nested routers and sub-apps included.
 * `req.baseUrl` cannot serve for that: it has the concrete mount (`/tenants/t1`), and nothing at all in error handlers.
 */
export class RouteTable {
  readonly #app: Application;
  readonly #known = new WeakMap<object, Mounts>();

  constructor(app: Application) {
    this.#app = app;
  }

  /** The template of the route that matched, or undefined: then nothing of the request's path may become a label. */
  templateOf(req: Request): string | undefined {
    const route = req.route as Layer['route'];
    if (route === undefined) return this.#literalMount(req);
    const known = this.#known.get(route) ?? this.#learn(route, req);
    const [first] = known;
    if (known.length === 1) return first.template;
    return (known.find((one) => fits(one.mount, req.baseUrl)) ?? first).template;
  }

  /** Every template of the app as it stands now, for collision checks. */
  templates(): string[] {
    const found: string[] = [];
    walk(stackOf(this.#app), '', (_route, mounted) => found.push(mounted.template));
    return found;
  }

  #learn(route: object & { path: unknown }, req: Request): Mounts {
    const fresh = new Map<object, Mounts>();
    const note = (one: object, mounted: Mounted): void => {
      const list = fresh.get(one);
      if (list === undefined) fresh.set(one, [mounted]);
      else list.push(mounted);
    };
    walk(stackOf(this.#app), '', note);
    const sub = req.app as Application | undefined;
    if (sub !== undefined && sub !== this.#app) walk(stackOf(sub), mountOf(sub), note);
    for (const [one, list] of fresh) this.#known.set(one, list);
    const found: Mounts = fresh.get(route) ?? [{ mount: '', template: textOf(route.path) }];
    this.#known.set(route, found);
    return found;
  }

  /** Answered by middleware under a mount without parameters (a static folder): the mount itself is a safe label. */
  #literalMount(req: Request): string | undefined {
    const base = req.baseUrl;
    if (typeof base !== 'string' || base === '') return undefined;
    return stackOf(this.#app).some((layer) => layer.rawPath === base) ? base : undefined;
  }
}

function stackOf(app: Application): Layer[] {
  return (app.router as unknown as { stack: Layer[] }).stack;
}

function walk(stack: Layer[], mount: string, note: (route: object, mounted: Mounted) => void): void {
  for (const layer of stack) {
    if (layer.route !== undefined) note(layer.route, { mount, template: join(mount, textOf(layer.route.path)) });
    else if (layer.handle?.stack !== undefined)
      walk(layer.handle.stack, join(mount, textOf(layer.rawPath ?? '')), note);
  }
}

function mountOf(app: Application): string {
  const parent = (app as Application & { parent?: Application }).parent;
  return parent === undefined ? '' : join(mountOf(parent), textOf(app.mountpath));
}

function textOf(path: unknown): string {
  if (Array.isArray(path)) return path.map(textOf).join('|');
  return path instanceof RegExp ? path.source : String(path);
}

function join(mount: string, path: string): string {
  if (path === '/' || path === '') return mount === '' ? path : mount;
  return mount === '/' ? path : mount + path;
}

function fits(mount: string, base: string): boolean {
  const wanted = mount.split('/');
  const given = base.split('/');
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(':') || part === given[i]);
}

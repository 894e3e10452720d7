import { type Service } from '../../service';

/** What express's router keeps about one entry of its stack. */
export interface Layer {
  readonly route?: { readonly path: unknown; readonly methods?: Readonly<Record<string, boolean>> };
  readonly handle?: { readonly stack?: readonly Layer[]; readonly length?: number };
  readonly rawPath?: unknown;
}

/** The stack of a service's router, which can be changed. */
export function stackOf(service: Pick<Service, 'app'>): Layer[] {
  return (service.app.router as unknown as { stack: Layer[] }).stack;
}

/** Routers in routers, deeper than anybody goes. */
const deepest = 8;
const most = 50;

/** The templates of GET routes, as far as they are plain texts. At most 50. */
export function getRoutes(service: Pick<Service, 'app'>): readonly string[] {
  return [...new Set(walk(stackOf(service), '', 0))].slice(0, most);
}

/** A path that such a template takes: each parameter is `value`. Undefined where it has more than parameters. */
export function pathOf(template: string, value: string): string | undefined {
  const path = template.replace(/:\w+/g, value);
  return /[{}*()?+\\^$]/.test(path) ? undefined : path;
}

function walk(stack: readonly Layer[], mount: string, depth: number): string[] {
  return stack.flatMap(({ route, handle, rawPath }) => {
    if (route !== undefined) return route.methods?.['get'] === true ? textsOf(route.path, mount) : [];
    if (handle?.stack === undefined || depth === deepest) return [];
    const { stack: inner } = handle;
    return textsOf(rawPath ?? '', mount).flatMap((path) => walk(inner, path.replace(/\/$/, ''), depth + 1));
  });
}

function textsOf(path: unknown, mount: string): string[] {
  const all = Array.isArray(path) ? (path as unknown[]).flat(Infinity) : [path];
  return all.filter((one) => typeof one === 'string').map((one) => (mount !== '' && one === '/' ? mount : mount + one));
}

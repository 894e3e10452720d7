import { type RequestListener } from 'node:http';
import { type Application } from 'express';
import {
  KeelsonError,
  noopLogger,
  noopMeter,
  noopTracing,
  systemClock,
  type Clock,
  type FaultSource,
  type Logger,
  type Meter,
  type Redactor,
  type Tracing,
} from '../core';
import { createApp } from './app';
import { type Exchange } from './exchange';
import { FastPaths, type Operation } from './fast-paths';
import { InFlight } from './in-flight';
import { Listener } from './listener';
import { Observer, type AccessLog } from './observe';
import { resolveHttpOptions, type HttpOptions } from './options';
import { operationsOnly } from './operations-only';
import { RouteTable } from './routes';
import { HttpServer, type ServerParts } from './server';

/** What the HTTP side works with; each part has a do-nothing default. */
export interface HttpParts {
  options?: HttpOptions;
  /** Endpoints answered before express sees the request. @default none */
  operations?: readonly Operation[];
  /** Port of its own for the operational endpoints, 0 to 65535. @default undefined: they are on the main port */
  managementPort?: number | undefined;
  /** Opens the endpoints that need access on the main port. @default undefined: nothing does */
  managementToken?: string | undefined;
  log?: Logger;
  /** Told of each request at its end. @default nobody */
  accessLog?: AccessLog;
  meter?: Meter;
  tracing?: Tracing;
  /** Masks secrets in the problem documents of the service's errors. @default nothing is masked */
  redactor?: Redactor;
  /** Decides which requests meet a fault on purpose. @default none does */
  faults?: FaultSource<'http'> | undefined;
  clock?: Clock;
}

/** The ports in use. */
export interface Addresses {
  readonly port: number;
  readonly managementPort: number | undefined;
}

/** The HTTP side of a service. */
export interface Http {
  /** The express app, for the service's routes. */
  readonly app: Application;
  /** The whole listener, everything on, for a server of one's own. Requests are let in after {@link Http.open}. */
  readonly handler: RequestListener;
  /** Requests being handled. */
  readonly inFlight: number;
  /** The templates of the service's routes as they stand now, like `/orders/:id`. */
  routes(): readonly string[];
  /** Binds the ports: operational endpoints answer, everything else is 503. @throws START_FAILED */
  listen(): Promise<Addresses>;
  /** Lets requests in. @throws START_FAILED when a route of the service stands where an operational endpoint is */
  open(): void;
  /** From now on every answer says `Connection: close`; all is still served. */
  drain(): void;
  /** Closes the main port and waits for what is in flight; cuts it when the signal aborts. Resolves to how many requests were cut. */
  close(signal: AbortSignal): Promise<number>;
  /** Closes the management port, so that probes can be read until the very end. */
  closeManagement(signal: AbortSignal): Promise<void>;
}

/** Makes the HTTP side of a service. Opens nothing. @throws CONFIG_INVALID */
export function createHttp(parts: HttpParts = {}): Http {
  const options = resolveHttpOptions(parts.options);
  const { log = noopLogger, clock = systemClock, operations = [], managementPort, managementToken } = parts;
  const { app, Request, Response, subApps } = createApp(options, (...failed) => listener.unhandled(...failed));
  const onMain = managementPort === undefined ? operations : operations.filter((operation) => operation.everywhere);
  const pathsOf = (these: readonly Operation[], open: boolean): FastPaths =>
    new FastPaths({ operations: these, token: managementToken, open, limits: options, log, clock });
  const fastPaths = pathsOf(onMain, false);
  const managed = pathsOf(operations, true);
  const routes = new RouteTable(app, subApps);
  const inFlight = new InFlight<Exchange>(options.maxInFlight, clock);
  const observer = new Observer(parts.meter ?? noopMeter, () => inFlight.size, parts.accessLog);
  const tracing = parts.tracing ?? noopTracing;
  const { redactor, faults } = parts;
  const seen = { fastPaths, routes, observer, inFlight, tracing, redactor, faults };
  const listener = new Listener({ options, app, ...seen, log, clock });

  const server = (more: Pick<ServerParts, 'setting' | 'port' | 'listener'> & Partial<ServerParts>): HttpServer =>
    new HttpServer({ options, clock, log, onConnectionError: (reason) => observer.connectionError(reason), ...more });
  const classes = { Request, Response };
  const main = server({ setting: 'http.port (PORT)', port: options.port, listener: listener.handle, classes });
  const management =
    managementPort === undefined
      ? undefined
      : server({
          setting: 'management.port (MANAGEMENT_PORT)',
          port: managementPort,
          listener: operationsOnly(managed),
        });
  return new HttpSide({ app, listener, routes, fastPaths, managed, main, management });
}

interface SideParts {
  readonly app: Application;
  readonly listener: Listener;
  readonly routes: RouteTable;
  readonly fastPaths: FastPaths;
  /** Of the management port. */
  readonly managed: FastPaths;
  readonly main: HttpServer;
  readonly management: HttpServer | undefined;
}

class HttpSide implements Http {
  readonly app: Application;
  readonly handler: RequestListener;
  readonly #parts: SideParts;

  constructor(parts: SideParts) {
    this.#parts = parts;
    this.app = parts.app;
    this.handler = parts.listener.handle;
  }

  get inFlight(): number {
    return this.#parts.listener.inFlight.size;
  }

  routes(): readonly string[] {
    return this.#parts.routes.templates();
  }

  async listen(): Promise<Addresses> {
    const { main, management } = this.#parts;
    this.#checkRoutes();
    const managementPort = await management?.listen();
    try {
      return { port: await main.listen(), managementPort };
    } catch (error) {
      await management?.close(AbortSignal.abort());
      throw error;
    }
  }

  open(): void {
    this.#checkRoutes();
    this.#parts.listener.setGate('open');
  }

  drain(): void {
    this.#parts.listener.setGate('draining');
    this.#parts.managed.drain();
  }

  async close(signal: AbortSignal): Promise<number> {
    const { main, listener } = this.#parts;
    let cut = 0;
    await main.close(signal, () => {
      cut = listener.inFlight.size;
      for (const exchange of listener.inFlight) exchange.cut();
    });
    listener.inFlight.stop();
    return cut;
  }

  async closeManagement(signal: AbortSignal): Promise<void> {
    await this.#parts.management?.close(signal);
  }

  #checkRoutes(): void {
    const { routes, fastPaths } = this.#parts;
    const collisions = routes.templates().filter((template) => fastPaths.collidesWith(template));
    if (collisions.length === 0) return;
    const message =
      `The chassis itself answers ${collisions.join(', ')}. Give these routes of the service another path, ` +
      "or move the chassis's own by management.port or management.basePath.";
    throw new KeelsonError('START_FAILED', message, { retryable: false, details: { collisions } });
  }
}

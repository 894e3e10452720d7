import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ask, type Question } from '../../../../src/cli/doctor/ask';
import { type Bench } from '../../../../src/cli/doctor/contract';
import { type Orders, type PatientFacts, type PatientOptions } from '../../../../src/cli/doctor/orders';
import { type Exit, type Patient } from '../../../../src/cli/doctor/patient';
import { type Stub } from '../../../../src/cli/doctor/stub';

/** What a service that stands in for a process answers; undefined: nothing, ever. */
export interface TestAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How the service of a {@link testBench} is. */
export interface TestService {
  readonly answer?: (req: IncomingMessage) => TestAnswer | undefined;
  readonly facts?: Partial<PatientFacts>;
  readonly orders?: Partial<{ [K in keyof Orders]: () => unknown }>;
  /** Its output. */
  readonly output?: () => string;
  /** When it is sent a signal; how it ends, undefined: not. */
  readonly onSignal?: () => Promise<Exit | undefined> | Exit | undefined;
  readonly startMs?: readonly number[];
  readonly stub?: Partial<Stub>;
}

/** A bench whose service is a plain server in this process. */
export interface TestBench extends Bench {
  readonly stub: Stub & { requests: unknown[]; spans: string };
  /** What fresh services were asked for with. */
  readonly asked: PatientOptions[];
  /** As if its process had ended: nobody can connect any more. */
  stopListening(): void;
  close(): Promise<void>;
}

/** A service about which nothing is to be said. */
export const plainFacts: PatientFacts = Object.freeze({
  name: 'greeter',
  version: '1.0.0',
  settings: [],
  chassis: [],
  clients: [],
  subscriptions: [],
  routes: [],
  takesSettings: true,
  secrets: [],
  rss: 50_000_000,
  port: 1,
});

/** @param listenOn 0: a free port */
export async function testBench(service: TestService = {}, listenOn = 0): Promise<TestBench> {
  const server = createServer((req, res) => {
    req.on('error', () => undefined).resume();
    const answer = service.answer === undefined ? {} : service.answer(req);
    if (answer === undefined) return;
    const { status = 200, headers = {}, body = '{}' } = answer;
    res.writeHead(status, headers).end(body);
  }).listen(listenOn, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const facts = { ...plainFacts, ...service.facts, port };
  const asked: PatientOptions[] = [];
  const startMs = [...(service.startMs ?? [100])];
  const patient = (): Patient => patientOf(service, facts, port, startMs.shift() ?? 100);
  return {
    facts,
    asked,
    secret: 'planted-secret',
    stub: Object.defineProperties(plainStub(), Object.getOwnPropertyDescriptors(service.stub ?? {})),
    shared: () => Promise.resolve(patient()),
    fresh: (options = {}) => {
      asked.push(options);
      return Promise.resolve(patient());
    },
    stopListening: () => void server.close(),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

function plainStub(): TestBench['stub'] {
  return { origin: '', mode: 'answer', requests: [], spans: '', close: () => Promise.resolve() };
}

function patientOf(service: TestService, facts: PatientFacts, port: number, startMs: number): Patient {
  let end = Promise.resolve<Exit | undefined>(undefined);
  return {
    facts,
    port,
    startMs,
    token: 'token',
    bypassed: false,
    ready: Promise.resolve(facts),
    get output() {
      return service.output?.() ?? '';
    },
    path: (route: string) => `/planted${route}`,
    ask: (question: Omit<Question, 'port'>) => ask({ ...question, port }),
    order: (name: keyof Orders) => Promise.resolve(service.orders?.[name]?.()),
    findPlace: () => Promise.resolve(),
    signal: () => {
      end = Promise.resolve(service.onSignal?.());
    },
    endsWithin: () => end,
  } as unknown as Patient;
}

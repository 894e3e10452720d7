import { currentScope } from './context';
import { KeelsonError } from './errors';
import { type WorkSpan } from './tracing';

/** What can be done to work on purpose, by the port where it passes. docs/faults.md says what each one means. */
export interface FaultKinds {
  /** A request that came in. */
  readonly http: 'delay' | 'status' | 'reset' | 'hang';
  /** An attempt to call another service. */
  readonly client: 'delay' | 'status' | 'refuse' | 'reset' | 'hang';
  /** A message that goes out. */
  readonly publish: 'delay' | 'reject' | 'unconfirmed' | 'duplicate' | 'reorder';
  /** A message that was taken. */
  readonly consume: 'delay' | 'fail' | 'fail-after' | 'drop' | 'duplicate';
  /** A look at who runs where. */
  readonly registry: 'stale' | 'empty' | 'error' | 'slow';
}

/** Where faults can be injected. */
export type FaultPort = keyof FaultKinds;

/** One fault, decided and counted: whoever asked for it carries it out. */
export interface Fault<P extends FaultPort = FaultPort> {
  readonly kind: FaultKinds[P];
  /** The name of the rule behind it. */
  readonly rule: string;
  /** What it waits for first, or how late it makes things, in ms; 0: not at all. */
  readonly delayMs: number;
  /** Of the answer that is given instead, 400 to 599. */
  readonly status: number;
}

/** What rules are held against. What a port does not know is left out. */
export interface FaultSubject {
  /** Upper case. */
  readonly method?: string;
  /** Without the query. */
  readonly path?: string;
  /** The service that is called or looked for. */
  readonly peer?: string;
  /** The name of the event or command. */
  readonly type?: string;
  /** Of an event's subscription. */
  readonly group?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The kinds that can be carried out here. @default all of the port's */
  readonly kinds?: readonly string[];
}

/** Decides about the faults of one port. Parts that are given none inject none. */
export interface FaultSource<P extends FaultPort> {
  /** Asked once for each piece of work; what it answers is to be carried out, as it is counted. */
  draw(subject: FaultSubject): Fault<P> | undefined;
}

/** Says on a span that what became of its work was done on purpose. */
export function markFault(span: WorkSpan, { kind, rule }: Fault): void {
  span.set('keelson.fault', kind);
  span.set('keelson.fault.rule', rule);
}

/** The same on the span of the request or message being handled, if it is one of the chassis. */
export function markFaultHere(fault: Fault): void {
  const span = currentScope()?.trace as Partial<WorkSpan> | undefined;
  if (typeof span?.set === 'function') markFault(span as WorkSpan, fault);
}

/** The error of work that failed on purpose, with the status of the fault. It may be tried again. */
export function faultError({ rule, status }: Fault): KeelsonError {
  return new KeelsonError('FAULT_INJECTED', `A fault was injected on purpose, by the rule ${rule}.`, {
    retryable: true,
    status,
    details: { rule },
  });
}

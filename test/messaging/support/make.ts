import { createMessaging, type MessagingParts, type OwnedMessaging } from '../../../src/messaging';
import { FakeClock } from '../../support/fake-clock';
import { RecordingLogger, RecordingTracing } from '../../support/recording';
import { countingMeter, type CountingMeter } from './counting-meter';
import { ScriptedTransport } from './scripted-transport';

/** Messaging over a scripted transport, with everything that it writes kept. */
export interface Made {
  readonly messaging: OwnedMessaging;
  readonly transport: ScriptedTransport;
  readonly clock: FakeClock;
  readonly log: RecordingLogger;
  readonly tracing: RecordingTracing;
  readonly meter: CountingMeter;
}

/** Makes messaging of the service `billing`. */
export function make(more: Partial<MessagingParts> = {}): Made {
  const transport = new ScriptedTransport();
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const tracing = new RecordingTracing();
  const meter = countingMeter();
  const messaging = createMessaging({ source: 'billing', transport, clock, log, tracing, meter, ...more });
  return { messaging, transport, clock, log, tracing, meter };
}

/** A promise that the test resolves. */
export interface Gate<T = void> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  promise.catch(() => undefined);
  return { promise, open, fail };
}

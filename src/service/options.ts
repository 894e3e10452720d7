import { type SettingsSchema } from '../config';
import { type WinstonTransport } from '../logging';
import { type DedupeStore, type Transport } from '../messaging';

/** Parts of messaging that a service brings itself. */
export interface MessagingOptions {
  /** Remembers which events were handled; shared by all processes of the service, it finds duplicates that reach another one. @default by the setting messaging.dedupe */
  dedupe?: DedupeStore;
  /** Carries the messages. @default RabbitMQ where messaging.url is set, else within the process */
  transport?: Transport;
}

/** What a service is made from. */
export interface ServiceOptions<S extends SettingsSchema = SettingsSchema> {
  /** The service's name in logs, metrics, traces, registry and queues: `[a-z][a-z0-9-]*`, at most 63 characters. */
  name: string;
  /** @default the version in the nearest package.json, from the working directory upward */
  version?: string;
  /** The service's own settings, as a convict schema. `service.config.get()` is typed from it. @default none */
  config?: S;
  /** Values that win over every other source, for tests: `{ http: { port: 0 } }`. @default none */
  settings?: Readonly<Record<string, unknown>>;
  log?: {
    /** winston transports beside stdout. @default none */
    transports?: readonly WinstonTransport[];
  };
  messaging?: MessagingOptions;
}

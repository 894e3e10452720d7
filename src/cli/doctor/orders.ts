import { type SettingDescription } from '../../config';
import { type ClientView } from '../../service';

/** What a subscription of the service is. */
export interface SubscriptionFacts {
  readonly event: string;
  readonly group: string;
  readonly ordered: boolean;
  readonly delaysMs: readonly number[];
}

/** What is known of a service in a process of its own. */
export interface PatientFacts {
  readonly name: string;
  readonly version: string;
  readonly settings: readonly SettingDescription[];
  /** Those of {@link settings} that every service has. */
  readonly chassis: readonly string[];
  readonly clients: readonly ClientView[];
  readonly subscriptions: readonly SubscriptionFacts[];
  /** Templates of its GET routes. */
  readonly routes: readonly string[];
  /** Does it do what the settings say that it is made with? */
  readonly takesSettings: boolean;
  /** Values of sensitive settings, so that they can be looked for. */
  readonly secrets: readonly string[];
  /** The process's memory, in bytes. */
  readonly rss: number;
  /** Undefined until it is ready. */
  readonly port: number | undefined;
}

/** How a patient differs from the shared one. */
export interface PatientOptions {
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Its start waits, in the last component, until it is told to go on. */
  readonly held?: boolean;
}

/** The first thing that a patient is told. */
export interface Begin {
  /** Where the service is. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What its clients are to reach. */
  readonly downstream: string;
  /** Before the paths of the routes that the doctor adds. */
  readonly prefix: string;
  readonly secret: string;
  readonly held: boolean;
  /** False: it is only made. */
  readonly start: boolean;
}

/** What happened to the poison that a subscription was given. */
export interface PoisonFate {
  readonly subscription: SubscriptionFacts;
  /** Of what is no JSON: is it among the dead letters? */
  readonly unreadable: boolean;
  /** Of what is JSON and makes no sense: is it among the dead letters, waiting for its next attempt, or gone? */
  readonly senseless: 'dead' | 'waiting' | 'gone';
}

/** What a running patient can be asked, and what it answers. */
export interface Orders {
  /** Ends the wait in the last component. */
  readonly proceed: () => void;
  readonly facts: () => PatientFacts;
  /** Bytes that are in use after a garbage collection. */
  readonly heap: () => number;
  /** The longest time that the event loop was blocked since the last question, in ms. */
  readonly blocked: () => number;
  /** Gives every subscription a poison message. */
  readonly poison: () => Promise<readonly PoisonFate[]>;
  /** `service.stop()`. Then the connection to the doctor no longer keeps the process alive. @returns what still does */
  readonly stop: () => Promise<readonly string[]>;
  /** Leaves a promise rejected that nobody looks at. */
  readonly reject: () => void;
}

/** What goes to a patient. */
export type ToPatient = { readonly begin: Begin } | { readonly order: keyof Orders; readonly id: number };

/** What comes from it. */
export type FromPatient =
  | { readonly made: PatientFacts }
  | { readonly ready: PatientFacts }
  | { readonly failed: { readonly code: string | undefined; readonly message: string } }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

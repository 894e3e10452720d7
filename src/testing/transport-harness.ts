import { type DeathNote, type Transport } from '../messaging';

/** What the transport can. Cases about what it cannot are left out, or expect less. */
export interface TransportTraits {
  /** It knows how often a message was delivered before. False: `redeliveries` is undefined. */
  readonly countsRedeliveries: boolean;
  /** What comes back goes to where it was in its queue, before what was published later. False: to the back. */
  readonly returnsToFront: boolean;
}

/** A message among the dead letters. */
export interface BuriedMessage {
  readonly id: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly note: DeathNote;
}

/**
 * Joins the suite and the transport under test. Each case has one of its own; their broker may be the same, as each case makes up names of its own, which
 * begin with `contract.`.
 */
export interface TransportHarness {
  /** Makes a transport, not started. Those of one harness reach each other. Each is stopped by the suite. */
  create(): Transport;
  /** Lets as much time pass as the broker needs to deliver what it has ready: no longer than some 100 ms, as it is waited for more than once. */
  settle(): Promise<void>;
  /** Lets so much time pass, in ms, and what becomes ready by then be delivered. */
  pass(ms: number): Promise<void>;
  /** What time it is, in ms since the epoch by the wall clock of the transports. */
  wall(): number;
  /** What is among the dead letters of the event and the group, from the oldest to the newest. Leaves them there. */
  deadLetters(event: string, group: string): readonly BuriedMessage[] | Promise<readonly BuriedMessage[]>;
  /** Timers, sockets and the like that the transports of this harness have open. @default not looked at */
  open?(): number;
  /** Ends what the harness has started. */
  dispose?(): void | Promise<void>;
}

import { createMemoryBroker, memoryTransport } from '../../src/messaging';
import { type TransportHarness, type TransportTraits } from '../../src/testing';
import { FakeClock, settle } from '../support/fake-clock';

export const memoryTransportTraits: TransportTraits = { countsRedeliveries: true, returnsToFront: true };

export function memoryTransportHarness(): TransportHarness {
  const clock = new FakeClock();
  const broker = createMemoryBroker({ clock });
  return {
    create: () => memoryTransport({ broker }),
    settle,
    pass: (ms) => clock.advance(ms),
    wall: () => clock.wall(),
    deadLetters: (event, group) =>
      broker.deadLetters(`${event}.${group}`).map(({ envelope: { id, body, headers }, note }) => ({
        id,
        body,
        headers,
        note,
      })),
    open: () => clock.timers,
  };
}

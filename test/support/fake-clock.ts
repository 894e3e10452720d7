import { StandingClock } from '../../src/testing/fake-clock';

/** Time that stands still until the test moves it: the one that users get as `fakeClock()`, but with one turn of the event loop after each call. */
export class FakeClock extends StandingClock {
  constructor(now = 1_700_000_000_000) {
    super(now, 1);
  }
}

/** Lets promise callbacks that are ready run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

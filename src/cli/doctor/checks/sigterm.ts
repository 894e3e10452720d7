import { judged, type Check, type Finding } from '../contract';
import { Load } from '../load';
import { drainDelayMs, stopLimitMs } from '../patient-settings';
import { pause } from '../pause';

const clients = 20;
const warmMs = 400;
/** Takes longer than the drain delay: it is in flight when the port is closed. In ms. */
const longMs = drainDelayMs + 400;

export const sigterm: Check = {
  name: 'sigterm',
  title: 'SIGTERM under load loses no request',
  limitMs: 15_000,
  run: async ({ fresh }) => {
    const patient = await fresh({ settings: { log: { access: false } } });
    const load = new Load(patient.port, patient.path('/work?ms=10'), clients);
    await pause(warmMs);
    const inFlight = patient.ask({ path: patient.path(`/work?ms=${longMs}`), timeoutMs: longMs + stopLimitMs });
    const longOne = inFlight.then(({ status }) => `answered ${status}`).catch((error: Error) => error.message);
    await pause(50);
    const before = load.tally.answered;
    patient.signal('SIGTERM');
    // Callers have learnt of it by then: that is what the delay is for.
    await pause(drainDelayMs * 0.7);
    await load.stop();
    const exit = await patient.endsWithin(stopLimitMs + 1_000);
    const long = await longOne;
    const { sent, answered, failed, reasons } = load.tally;
    const findings: Finding[] = [];
    const remedy =
      'Leave SIGTERM to the chassis: no process.on of your own that exits, and no shutdown.drainDelayMs of 0.';
    if (failed > 0)
      findings.push({ problem: `${failed} of ${sent} requests failed: ${[...reasons].join(', ')}.`, remedy });
    if (long !== 'answered 200') {
      const problem = `A request of ${longMs} ms that was in flight at the end was not answered: ${long}.`;
      findings.push({ problem, remedy: 'Give requests in flight time: shutdown.timeoutMs, and no exit of your own.' });
    }
    if (exit === undefined) findings.push({ problem: 'It did not end.', remedy: 'See the check `stop`.' });
    return judged(
      findings,
      `${failed} of ${sent} requests of ${clients} kept connections failed, ${answered - before} of them answered after the signal`,
    );
  },
};

import { failed, passed, type Check } from '../contract';
import { startLimitMs } from '../patient';

/** Slower, and every deployment, scale-up and restart waits, in ms. */
const slowMs = 10_000;

export const startUp: Check = {
  name: 'start-up',
  title: 'starts quickly',
  limitMs: startLimitMs,
  run: async ({ shared, fresh, facts }) => {
    const patient = await shared();
    if (!patient.facts.takesSettings) {
      const remedy = `Pass them on: createService({ ..., settings }). Tests and tools choose ports by them.`;
      return failed(`The function that makes ${facts.name} does not use the settings it is given.`, remedy);
    }
    // A second time where it was slow: the machine may have been busy.
    const startMs = patient.startMs < slowMs ? patient.startMs : Math.min(patient.startMs, (await fresh()).startMs);
    const figure = `ready ${Math.round(startMs)} ms after the process began`;
    if (startMs < slowMs) return passed(figure);
    const remedy = 'Find the step that takes long: with LOG_LEVEL=debug the log has the time of each component.';
    return failed(`It takes longer than ${slowMs / 1_000} s to become ready.`, remedy, figure);
  },
};

import { failed, passed, type Check } from '../contract';

const endsMs = 3_000;

export const leftovers: Check = {
  name: 'leftovers',
  title: 'nothing is left running after stop()',
  limitMs: 12_000,
  run: async ({ fresh }) => {
    const patient = await fresh();
    const from = performance.now();
    const left = await patient.order('stop');
    const exit = await patient.endsWithin(endsMs);
    const ms = Math.round(performance.now() - from);
    if (exit !== undefined) return passed(`the process ends by itself, ${ms} ms after stop()`);
    const named = left.length === 0 ? 'something' : [...new Set(left)].join(', ');
    const remedy =
      'Whatever is started is stopped: give it to the service as a component (service.use), and clear timers, listeners and sockets in its `stop`. Tests hang by what is left.';
    return failed(`After stop() the process is kept alive by: ${named}.`, remedy, `still running after ${endsMs} ms`);
  },
};

import { failed, passed, type Check } from '../contract';
import { type Patient } from '../patient';
import { getAll } from '../pipelined';
import { megabytes } from './memory';

const warmUp = 1_000;
const requests = 4_000;
/** What a request may leave behind on average, in bytes: less cannot be told from noise. */
const leftAllowed = 1_024;

export const leak: Check = {
  name: 'leak',
  title: 'requests leave no memory behind',
  limitMs: 20_000,
  run: async ({ fresh }, signal) => {
    const patient = await fresh({ settings: { log: { level: 'error', access: false } } });
    await send(patient, warmUp, signal);
    const before = await patient.order('heap');
    await send(patient, requests, signal);
    const after = await patient.order('heap');
    const each = (after - before) / requests;
    const figure = `${megabytes(before)} -> ${megabytes(after)} after ${requests.toLocaleString('en')} requests and a garbage collection`;
    if (each <= leftAllowed) return passed(figure);
    const remedy =
      'Something keeps what belongs to a request: a list, a map without a limit, a listener on what lives long. A heap snapshot names it.';
    return failed(`Each request leaves ${Math.round(each)} bytes behind.`, remedy, figure);
  },
};

async function send(patient: Patient, count: number, signal: AbortSignal): Promise<void> {
  const answered = await getAll(patient.port, Array<string>(count).fill(patient.path('/item/1')), signal);
  if (answered < count) throw new Error(`Only ${answered} of ${count} requests were answered.`);
}

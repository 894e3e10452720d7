import { ask, keptConnection } from '../ask';
import { failed, passed, type Check } from '../contract';
import { type Patient } from '../patient';
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
  const path = patient.path('/item/1');
  let next = 0;
  const sender = async (): Promise<void> => {
    const agent = keptConnection();
    while (next++ < count && !signal.aborted) await ask({ port: patient.port, path, agent });
    agent.destroy();
  };
  await Promise.all(Array.from({ length: 8 }, sender));
}

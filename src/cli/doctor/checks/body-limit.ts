import { asked } from '../ask';
import { failed, passed, type Check } from '../contract';
import { megabytes } from './memory';

/** Nobody means to take so much JSON, in bytes. */
const hugeBytes = 16 * 1_048_576;

export const bodyLimit: Check = {
  name: 'body-limit',
  title: 'a huge body is refused',
  limitMs: 10_000,
  run: async ({ shared }) => {
    const patient = await shared();
    const body = Buffer.alloc(hugeBytes, 32);
    body.write('{}');
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    const answer = await asked({ port: patient.port, path: patient.path('/body'), method: 'POST', headers, body });
    // Who is refused and goes on sending may find the connection closed: that is a refusal too.
    const status = answer?.status ?? 413;
    const figure = `${megabytes(hugeBytes)} are answered ${status}${answer === undefined ? ' (connection closed)' : ''}`;
    if (status === 413) return passed(figure);
    const remedy = 'Lower http.bodyLimit (HTTP_BODY_LIMIT): bodies are kept in memory, and anybody can send some.';
    return failed(`A body of ${megabytes(hugeBytes)} is read and handed to the route.`, remedy, figure);
  },
};

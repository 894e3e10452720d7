import { asked, type Answer } from '../ask';
import { failed, passed, type Check, type Outcome } from '../contract';
import { type Patient } from '../patient';
import { megabytes } from './memory';

/** Nobody means to take so much JSON, in bytes. */
const hugeBytes = 16 * 1_048_576;
const huge = megabytes(hugeBytes);

/** Who is refused and goes on sending may find the connection closed: that is a refusal too. */
const closed: readonly string[] = ['ECONNRESET', 'EPIPE'];

export const bodyLimit: Check = {
  name: 'body-limit',
  title: 'a huge body is refused',
  limitMs: 15_000,
  run: async ({ shared }) => {
    const patient = await shared();
    return sendHuge(patient).then(answered, (error: NodeJS.ErrnoException) => unanswered(error, patient));
  },
};

function sendHuge(patient: Patient): Promise<Answer> {
  const body = Buffer.alloc(hugeBytes, 32);
  body.write('{}');
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  return patient.ask({ path: patient.path('/body'), method: 'POST', headers, body });
}

function answered({ status }: Answer): Outcome {
  const figure = `${huge} are answered ${status}`;
  if (status === 413) return passed(figure);
  const remedy = 'Lower http.bodyLimit (HTTP_BODY_LIMIT): bodies are kept in memory, and anybody can send some.';
  return failed(`A body of ${huge} is read and handed to the route.`, remedy, figure);
}

/** A process that dies closes its connections as well: only one that lives on has refused something. */
async function unanswered(error: NodeJS.ErrnoException, { port }: Patient): Promise<Outcome> {
  if (!closed.includes(error.code ?? '')) {
    const remedy = 'Let what reads bodies refuse by their length, with 413: a caller that waits learns nothing.';
    return failed(`A body of ${huge} is not refused: ${error.message}.`, remedy);
  }
  const live = await asked({ port, path: '/livez' });
  if (live?.status === 200) return passed(`${huge} are refused: the connection is closed`);
  const problem = `After a body of ${huge} it is no longer alive: /livez answers ${live?.status ?? 'nothing'}.`;
  return failed(problem, 'Lower http.bodyLimit (HTTP_BODY_LIMIT): anybody could end the service by one request.');
}

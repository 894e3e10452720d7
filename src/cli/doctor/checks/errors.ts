import { judged, type Check, type Finding } from '../contract';

export const errors: Check = {
  name: 'errors',
  title: 'an unexpected error tells callers nothing inner',
  limitMs: 5_000,
  run: async ({ shared, secret }) => {
    const patient = await shared();
    const { status, headers, body } = await patient.ask({ path: patient.path('/throw') });
    const type = String(headers['content-type'] ?? 'nothing');
    const findings: Finding[] = [];
    const add = (problem: string, remedy: string): void => void findings.push({ problem, remedy });
    if (body.includes(secret) || /planted: /.test(body))
      add(
        'The answer has the message of the error.',
        'Let no error handler of your own answer what it does not know: call next(error).',
      );
    if (/\bat .+\.[cm]?[jt]s:\d+/.test(body))
      add('The answer has a stack.', 'Stacks belong into the log, where they are already: call next(error).');
    if (status !== 500) add(`The status is ${status}, not 500.`, 'Callers retry, and alerts count, by the status.');
    if (!type.startsWith('application/problem+json'))
      add(`The answer is ${type}, not application/problem+json.`, 'Call next(error): the chassis answers by RFC 9457.');
    if (headers['x-request-id'] === undefined)
      add('The answer has no X-Request-Id.', 'Do not remove it: people report errors by it.');
    return judged(
      findings,
      `${status} ${type.split(';')[0]}, ${body.length} bytes, request id ${headers['x-request-id'] === undefined ? 'missing' : 'given'}`,
    );
  },
};

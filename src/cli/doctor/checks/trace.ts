import { randomBytes } from 'node:crypto';
import { judged, type Check, type Finding } from '../contract';
import { until } from '../pause';
import { plantedLine } from '../planted';

const remedy =
  'Something between the socket and the handler loses the context: a queue, a pool or an emitter that calls back for many requests. Wrap the callback by AsyncResource.bind.';

export const trace: Check = {
  name: 'trace',
  title: 'a request carries its trace id everywhere',
  limitMs: 10_000,
  run: async ({ shared, stub }) => {
    const patient = await shared();
    const traceId = randomBytes(16).toString('hex');
    const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
    const from = stub.requests.length;
    const { status } = await patient.ask({ path: patient.path('/call'), headers: { traceparent } });
    const inLog = (): boolean =>
      lines(patient.output).some((line) => line.includes(plantedLine) && line.includes(traceId));
    const inMetric = async (): Promise<boolean> => {
      const accept = 'application/openmetrics-text; version=1.0.0';
      return (await patient.ask({ path: '/metrics', headers: { accept } })).body.includes(traceId);
    };
    const places = {
      'the log': await until(waitMs, inLog),
      'a metric (as exemplar)': await until(waitMs, inMetric),
      'a span': await until(waitMs, () => stub.spans.includes(traceId)),
      'the downstream call': stub.requests
        .slice(from)
        .some(({ headers }) => String(headers['traceparent']).includes(traceId)),
    };
    const missing = Object.entries(places).filter(([, found]) => !found);
    const findings = missing.map(([place]): Finding => ({
      subject: place,
      problem: `The trace id is not in ${place}.`,
      remedy,
    }));
    const bypass = patient.bypassed ? ', past the middleware of the service, which lets nobody in' : '';
    const figure = `${4 - missing.length} of 4: log, metric, span, downstream (answer ${status}${bypass})`;
    return judged(findings, figure);
  },
};

const waitMs = 1_500;

function lines(text: string): readonly string[] {
  return text.split('\n');
}

import { asked } from '../ask';
import { judged, type Bench, type Check, type Finding } from '../contract';
import { pathOf } from '../get-routes';
import { type Patient } from '../patient';
import { pause } from '../pause';

export const secrets: Check = {
  name: 'secrets',
  title: 'no planted secret appears anywhere',
  limitMs: 15_000,
  run: async (bench) => {
    const { secret, facts } = bench;
    const patient = await bench.fresh();
    const sent = await sendSecrets(patient, secret);
    await pause(spansMs);
    const places = [
      ...(await operations(patient)),
      ['the log', patient.output],
      ['an answer', sent.answers],
      ['spans', bench.stub.spans],
    ] as const;
    const found = places.flatMap(([place, text]) => findingsIn(place, text, bench, patient.facts.secrets));
    const values = new Set([secret, ...patient.facts.secrets]).size;
    const size = places.reduce((sum, [, text]) => sum + text.length, 0);
    return judged(
      found,
      `${values} secrets looked for in ${Math.round(size / 1_024)} kB of ${places.length} outputs, after ${sent.count} requests (${facts.routes.length} own routes)`,
    );
  },
};

/** What the operational endpoints say, as far as they can be had: the service may have a token of its own. */
async function operations(patient: Patient): Promise<readonly (readonly [string, string])[]> {
  const headers = { authorization: `Bearer ${patient.token}` };
  const paths = ['/env', '/loggers', '/circuitbreakers', '/health', '/info', '/metrics'];
  const all = await Promise.all(
    paths.map(async (path) => [path, await asked({ port: patient.port, path, headers })] as const),
  );
  return all.flatMap(([path, answer]) => (answer?.status === 200 ? [[path, answer.body] as const] : []));
}

/** Spans are exported every 200 ms here. */
const spansMs = 500;

/** Puts the secret wherever requests carry some. */
async function sendSecrets(patient: Patient, secret: string): Promise<{ count: number; answers: string }> {
  const headers = {
    authorization: `Bearer ${secret}`,
    cookie: `session=${secret}`,
    'x-api-key': secret,
    'content-type': 'application/json',
  };
  const own = patient.facts.routes.flatMap((template) => pathOf(template, 'doctor') ?? []);
  const paths = [...own, ...['/item/1', '/call', '/throw'].map((route) => patient.path(route))];
  const body = JSON.stringify({ user: 'doctor', password: secret, token: secret });
  const questions = [
    ...paths.map((path) => ({ path: `${path}?access_token=${secret}&password=${secret}`, headers })),
    { path: patient.path('/body'), method: 'POST', headers, body },
    { path: patient.path('/body'), method: 'POST', headers, body: `{ "password": "${secret}", no JSON` },
  ];
  let answers = '';
  for (const question of questions) {
    const answer = await asked({ ...question, port: patient.port, timeoutMs: 2_000 });
    answers += `${JSON.stringify(answer?.headers ?? {})}${answer?.body ?? ''}\n`;
  }
  return { count: questions.length, answers };
}

function findingsIn(place: string, text: string, { secret }: Bench, configured: readonly string[]): readonly Finding[] {
  const forms = configured.flatMap(formsOf);
  const what = text.includes(secret)
    ? 'A secret of a request'
    : forms.some((form) => text.includes(form))
      ? 'The value of a sensitive setting'
      : undefined;
  if (what === undefined) return [];
  // The longest first: one that begins with another is not to be shown in half.
  const values = [secret, ...forms].toSorted((a, b) => b.length - a.length);
  const line = text.split('\n').find((one) => values.some((value) => one.includes(value))) ?? '';
  const shown = values.reduce((masked, value) => masked.split(value).join('[the secret]'), line).slice(0, 160);
  const problem = `${what} is in ${place}: ${shown}`;
  const remedy =
    'Log by service.log, which masks by field name; give single fields, not whole headers, bodies or URLs; mark settings `sensitive: true`.';
  return [{ subject: place, problem, remedy }];
}

/** How a value may be written: as it is, in JSON, in JSON as a text in JSON (a body in a log line), in a URL and in a form. */
function formsOf(value: string): readonly string[] {
  const json = inJson(value);
  // Half a character cannot be encoded.
  const whole = Buffer.from(value).toString();
  const percent = encodeURIComponent(whole);
  const small = percent.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
  const form = new URLSearchParams([['', whole]]).toString().slice(1);
  return [...new Set([value, json, inJson(json), percent, small, form])];
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

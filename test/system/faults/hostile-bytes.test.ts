import { endPrograms } from '../../support/program';
import { answersIn, RawClient, type RawAnswer } from '../../support/raw-http';
import { brokenHeads, type Broken } from './support/broken-heads';
import { fault } from './support/fault';
import { startHostileService, type HostileService } from './support/hostile-service';
import { hostileTargets, type Target } from './support/hostile-targets';

let service: HostileService;

beforeAll(async () => {
  service = await startHostileService();
});
afterAll(() => endPrograms());

/** The server closes what it refuses at once; one second more is for a body that it lets run out. */
const hangMs = 5_000;

interface Outcome {
  readonly answers: readonly RawAnswer[];
  readonly hung: boolean;
}

/** Sends bytes and waits until the server has closed the connection. */
async function send(bytes: string): Promise<Outcome> {
  const client = await RawClient.open(service.port);
  client.send(bytes);
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    client.destroy();
  }, hangMs);
  await client.closed;
  clearTimeout(timer);
  return { answers: answersIn(client.received), hung };
}

function isProblem({ status, headers, body }: RawAnswer): boolean {
  if (headers['content-type'] !== 'application/problem+json' || headers['x-request-id'] === undefined) return false;
  return (JSON.parse(body) as { status: number }).status === status;
}

fault(
  21,
  'heads and bodies that are no HTTP/1.1, too large or ambiguous',
  'refused with a problem, nothing smuggled',
  async (report) => {
    const wrong: string[] = [];
    const judge = async ({ what, bytes, statuses }: Broken): Promise<number[]> => {
      const { answers, hung } = await send(bytes);
      const sound = answers.length === 1 && answers.every((one) => statuses.includes(one.status) && isProblem(one));
      if (!sound || hung) wrong.push(`${what}: ${hung ? 'hung' : 'closed'} ${JSON.stringify(answers)}`);
      return answers.map(({ status }) => status);
    };
    const seen = (await Promise.all(brokenHeads.map(judge))).flat();
    const { smuggled, reached } = await service.cost();
    const failures = seen.filter((status) => status >= 500).length;
    report(`${brokenHeads.length} kinds: ${brokenHeads.length - wrong.length} refused with 400, 413 or 431 and closed`);
    report(`${failures} answered 5xx, limit 0; ${smuggled} requests smuggled, limit 0`);
    expect(wrong).toEqual([]);
    expect(failures).toBe(0);
    expect({ smuggled, reached }).toEqual({ smuggled: 0, reached: 0 });
    expect(await service.isWell()).toBe(true);
  },
);

fault(23, 'targets that are no URL, or reach for what is not theirs', 'answered with 400 or 404', async (report) => {
  const wrong: string[] = [];
  const statuses: number[] = [];
  const judge = async ({ target, expected }: Target): Promise<void> => {
    const { answers, hung } = await send(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const [answer] = answers;
    statuses.push(...answers.map(({ status }) => status));
    const sound = answers.length === 1 && answer !== undefined && expected.includes(answer.status);
    const told = answer?.status === 200 || (answer !== undefined && isProblem(answer));
    if (!sound || !told || hung || /root:|module\.exports|require\(/.test(answer.body)) {
      wrong.push(`${target.slice(0, 100)}: ${hung ? 'hung' : 'closed'} ${JSON.stringify(answers).slice(0, 300)}`);
    }
  };
  await Promise.all(hostileTargets.map(judge));
  const failures = statuses.filter((status) => status >= 500).length;
  report(
    `${hostileTargets.length} targets: ${failures} answered 5xx, limit 0; ${wrong.length} otherwise wrong, limit 0`,
  );
  expect(wrong).toEqual([]);
  expect(failures).toBe(0);
  expect(await service.isWell()).toBe(true);
});

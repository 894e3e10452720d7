import { join } from 'node:path';
import { ask } from '../../support/ask';
import { eventually } from '../../support/eventually';
import { endPrograms, runProgram } from '../../support/program';
import { answering } from './support/bad-collector';
import { leaksIn, missingIn, plantsOf, type Channel, type Plant } from './support/canaries';
import { fault } from './support/fault';
import { MessagingStand, withBroker } from './support/messaging-stand';

const stand = new MessagingStand();
afterAll(async () => {
  endPrograms();
  await stand.end();
});

const fixtures = join(__dirname, 'fixtures');
const seed = String(process.pid);
const token = 'only-for-this-test-0123';
const further = ['request-authorization', 'request-api-key', 'request-cookie', 'broker-password', 'wrong-password'];

/** What keelson wrote about each death. The message itself, with its own headers, lies beside it as it came: it is to be replayed. */
async function notesOf(queue: string, count: number): Promise<Channel> {
  const operator = await stand.operator();
  const full = async (): Promise<true | undefined> =>
    (await operator.checkQueue(queue)).messageCount === count || undefined;
  await eventually(full, `${count} dead letters`, 30_000);
  let bytes = '';
  for (let i = 0; i < count; i++) {
    const letter = await operator.get(queue);
    const all = Object.entries((letter !== false && letter.properties.headers) || {});
    bytes += JSON.stringify(all.filter(([name]) => /^(?:keelson-|x-exception-|x-original-)/.test(name)));
  }
  return { name: 'notes of dead letters', bytes };
}

fault(
  37,
  'secrets in the address of the broker, in headers of messages, and in what handlers throw',
  'masked in everything that keelson writes',
  async (report) => {
    const told = plantsOf(join(fixtures, 'planted-values.cjs'), seed, further) as Record<string, readonly Plant[]>;
    const all = [...(told['texts'] ?? []), ...(told['values'] ?? []), ...(told['further'] ?? [])];
    const canary = (name: string): string => all.find((one) => one.name === name)?.canary as string;
    const rabbit = await stand.rabbit();
    await rabbit.ctl('add_user', 'app', canary('broker-password'));
    await rabbit.ctl('set_permissions', 'app', '.*', '.*', '.*');
    const address = (name: string): string => `amqp://app:${canary(name)}@127.0.0.1:${rabbit.port}`;
    const collector = await answering((res) => res.end('{}'))();
    const program = runProgram([join(fixtures, 'planted-messages.cjs')], {
      SEED: seed,
      AMQP_URL: `${address('wrong-password')},${address('broker-password')}`,
      MANAGEMENT_TOKEN: token,
      LOG_LEVEL: 'debug',
      LOG_MAX_BUFFERED: '64MB',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      SHUTDOWN_DRAIN_DELAY_MS: '0',
    });
    const port = await program.ready();
    for (const queue of ['plant.thrown.planted', 'plant.refused'])
      await eventually(async () => (await stand.lyingIn(queue)) ?? undefined, 'the queue', 30_000);
    const answer = await ask(port, '/throw', { method: 'POST' });
    expect(answer.status).toBe(200);
    const names = JSON.parse(answer.body) as string[];
    const plants = all.filter(({ name }) => names.includes(name) || further.includes(name));

    const letters = await notesOf('plant.thrown.planted.dlq', names.length);
    const page = async (path: string): Promise<Channel> => {
      const { body, status } = await ask(port, path, { headers: { authorization: `Bearer ${token}` } });
      expect(status).toBe(200);
      return { name: path, bytes: body };
    };
    const pages = [await page('/env'), await page('/health'), await page('/metrics'), await page('/info')];
    program.kill('SIGTERM');
    expect((await program.ended).code).toBe(0);
    const stdout = { name: 'stdout', bytes: program.stdout };
    const spans = { name: 'spans', bytes: collector.bodies.join('\n') };
    const channels = [stdout, { name: 'stderr', bytes: program.stderr }, spans, letters, ...pages];
    await collector.close();
    const leaks = leaksIn(plants, channels);
    report(`of messages: leaks ${leaks.length} of ${plants.length} plants x ${channels.length} channels, limit 0`);
    expect(leaks).toEqual([]);

    // What is no secret is there: the plants did come through.
    const texts = (told['texts'] ?? []).filter(({ name }) => names.includes(name));
    const values = told['values'] ?? [];
    expect(missingIn(texts, [stdout, spans, letters])).toEqual([]);
    expect(missingIn(values, [stdout])).toEqual([]);
    report(`what stands beside them is there ${texts.length * 3 + values.length} times`);
    expect(program.stdout).toContain('ACCESS_REFUSED');
    expect(program.stdout).toContain('"authorization":"******"');
    expect(pages[0]?.bytes).toContain('messaging');
  },
  withBroker,
);

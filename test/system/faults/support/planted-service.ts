import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type Program } from '../../../support/program';
import { plantsOf, type Plant } from './canaries';

const fixtures = join(__dirname, '..', 'fixtures');

/** Planted by the test itself: in requests, in settings that nobody marked as sensitive, and in those of tracing. */
const furtherNames = [
  ...['request-authorization', 'request-cookie', 'request-api-key', 'request-proxy', 'request-path', 'request-query'],
  ...['unmarked-password', 'unmarked-userinfo', 'unmarked-query', 'unmarked-member'],
  ...['otlp-header', 'otlp-bearer', 'otlp-userinfo', 'resource-url', 'resource-key', 'kept-root', 'kept-inner'],
  ...[
    'wrong-port',
    'wrong-checked',
    'wrong-type',
    'wrong-url',
    'unknown-key',
    'unknown-flag',
    'broken-json',
    'broken-yaml',
  ],
] as const;

/** A folder with the files of a service that is full of secrets, and its plants. */
export class Planted {
  readonly texts: readonly Plant[];
  readonly values: readonly Plant[];
  readonly further: readonly Plant[];
  readonly folder = mkdtempSync(join(tmpdir(), 'keelson-planted-'));
  readonly #seed = String(process.pid);

  constructor() {
    const { texts, values, further } = plantsOf(join(fixtures, 'planted-values.cjs'), this.#seed, furtherNames);
    this.texts = texts as Plant[];
    this.values = values as Plant[];
    this.further = further as Plant[];
    const { canary } = this;
    mkdirSync(join(this.folder, 'config'));
    mkdirSync(join(this.folder, 'secrets'));
    this.write(
      'config/default.json',
      JSON.stringify({ plant: { json: canary('json-file'), overruled: canary('overruled-value') } }),
    );
    this.write('config/test.yaml', `plant:\n  yaml: ${canary('yaml-file')}\n`);
    this.write('secrets/plant.folder', `${canary('secrets-folder')}\n`);
    this.write('variable', canary('secret-variable'));
  }

  get all(): readonly Plant[] {
    return [...this.texts, ...this.values, ...this.further];
  }

  readonly canary = (name: string): string => {
    const plant = this.all.find((one) => one.name === name);
    if (plant === undefined) throw new Error(`no plant is named ${name}`);
    return plant.canary;
  };

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs planted.cjs with every secret in its place. */
  run(env: Readonly<Record<string, string>>, args: readonly string[] = []): Program {
    const flag = `--plant.flag=${this.canary('command-line')}`;
    return this.runAlone([join(fixtures, 'planted.cjs'), flag, ...args], env);
  }

  /** Runs another program in the folder, with every secret but the one on the command line. */
  runAlone(args: readonly string[], env: Readonly<Record<string, string>>): Program {
    return runProgram(args, { ...this.#environment, ...env }, this.folder);
  }

  get #environment(): Record<string, string> {
    const { canary } = this;
    const items = ['item-of-list', 'in-base64', 'in-base64-head'].map(canary);
    const odd = [`${canary('in-json')}"\\\n${canary('in-json')}`, `${canary('in-form')} &=${canary('in-form')}`];
    const escaped = encodeURIComponent(`${canary('escaped-password-of-url')}/+#${canary('escaped-password-of-url')}`);
    return {
      SEED: this.#seed,
      SECRETS_DIR: 'secrets',
      PLANT_ENVIRONMENT: canary('environment'),
      PLANT_VARIABLE_FILE: 'variable',
      PLANT_OVERRULED: 'this one wins over the file',
      PLANT_LIST: JSON.stringify([...items, ...odd]),
      PLANT_MAP: JSON.stringify({ a: { b: canary('member-of-map') } }),
      PLANT_URL: `amqp://app:${canary('password-of-url')}@broker/`,
      PLANT_ESCAPED_URL: `postgres://app:${escaped}@db/orders`,
      PLANT_QUERY_URL: `https://x.example/hook?api_key=${canary('query-of-url')}`,
      PLANT_DSN: `Server=tcp:db;User ID=app;Password=${canary('connection-string')};Encrypt=true`,
      PLANT_PASSWORD: canary('unmarked-password'),
      PLANT_SERVICE: `https://a:${canary('unmarked-userinfo')}@x.example/?access_token=${canary('unmarked-query')}`,
      PLANT_POOLS: JSON.stringify({ main: { user: 'app', password: canary('unmarked-member') } }),
      MANAGEMENT_TOKEN: canary('management-login'),
      OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${canary('otlp-header')},x-auth=Bearer%20${canary('otlp-bearer')}`,
      OTEL_RESOURCE_ATTRIBUTES: `db.dsn=amqp://a:${canary('resource-url')}@h,api_key=${canary('resource-key')}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      SHUTDOWN_DRAIN_DELAY_MS: '0',
    };
  }
}

import { isIP } from 'node:net';
import { intBetween, type FormatFunction, type SettingsSchema } from '../config';
import { longestDelayMs } from '../core';
import { faultSettings } from './fault-settings';

const ms = intBetween(0, longestDelayMs);
const positiveMs = intBetween(1, longestDelayMs);
const longMs = intBetween(1_000, longestDelayMs);

const basePath = textThat('a path like /actuator, without a slash at its end, or nothing', (text) =>
  /^(\/[\w.~-]+)*$/.test(text),
);
const trustProxy = textThat(
  'none, all, a number of hops, or addresses and networks separated by commas',
  (text) => /^(?:none|false|all|true|\d{1,4})$/.test(text) || text.split(',').every(isAddress),
);

/** The chassis's own settings. Environment names follow from the keys (`http.bodyLimit` is HTTP_BODY_LIMIT) unless given. */
export const chassisSettings = {
  http: {
    port: { doc: 'TCP port; 0 takes a free one', format: 'port', default: 3000, env: 'PORT' },
    host: { doc: 'Address to listen on; :: is every address', format: String, default: '::' },
    bodyLimit: { doc: 'Largest body, after decompression', format: 'bytes', default: 102_400 },
    rawBody: { doc: 'Paths whose body stays a Buffer; exact, or ending with /*', format: 'list', default: [] },
    bodyTypes: {
      doc: "Media types beside JSON that are left to a parser of the service's own; others are answered 415",
      format: 'list',
      default: [],
    },
    trustProxy: {
      doc: 'Whom to believe X-Forwarded-*: none, all, a number of hops, or addresses separated by commas',
      format: trustProxy,
      default: 'none',
    },
    timeoutMs: { doc: 'Deadline of a request that brought none, in ms', format: positiveMs, default: 30_000 },
    maxInFlight: {
      doc: 'Requests handled at once; one more is answered 503',
      format: intBetween(1, 1_000_000),
      default: 1_000,
    },
    headersTimeoutMs: { doc: 'Time for the head of a request to arrive, in ms', format: longMs, default: 10_000 },
    requestTimeoutMs: { doc: 'Time for a whole request to arrive, in ms', format: longMs, default: 30_000 },
    keepAliveTimeoutMs: {
      doc: 'Idle time after which a connection is closed, in ms; longer than that of the balancer in front',
      format: ms,
      default: 65_000,
    },
    writeStallMs: { doc: 'Time that a client may leave an answer unread, in ms', format: longMs, default: 30_000 },
    maxHeaderBytes: {
      doc: 'Largest head of a request, in bytes',
      format: intBetween(1_024, 1_048_576),
      default: 16_384,
    },
    maxHeaderFields: { doc: 'Most header fields of a request', format: intBetween(1, 100_000), default: 200 },
  },
  instance: {
    host: { doc: 'Address that others should use; localhost if unset', format: String, default: null },
    id: {
      doc: "Tells this process from the service's others; made from the machine's name if unset",
      format: String,
      default: null,
    },
  },
  discovery: {
    kind: {
      doc: 'Who knows which service runs where; unset: eureka if eureka.url is set, static if discovery.static is, else none',
      format: ['none', 'static', 'memory', 'dns', 'eureka'],
      default: null,
      env: 'DISCOVERY',
    },
    static: {
      doc: 'Instances by service: {"inventory": ["http://10.0.0.7:8080"]}',
      format: Object,
      default: {} as Readonly<Record<string, unknown>>,
    },
    required: { doc: 'Fail the start when the registry has not answered within 10 s', format: Boolean, default: false },
    dns: {
      suffix: {
        doc: 'What follows the name of a service, like shop.svc.cluster.local; unset: names are whole names',
        format: String,
        default: null,
      },
      port: {
        doc: 'Port of every instance, found by A and AAAA records; unset: SRV records, which have the ports',
        format: intBetween(1, 65_535),
        default: null,
      },
    },
  },
  eureka: {
    url: {
      doc: 'Servers, separated by commas, like http://registry:8761/eureka',
      format: 'list',
      default: [],
      sensitive: true,
    },
    zone: {
      doc: 'Zone of this process: told to the registry, and instances in it are called first',
      format: String,
      default: null,
    },
    fetchIntervalMs: {
      doc: 'Time between two fetches of the registry, in ms',
      format: intBetween(1_000, 600_000),
      default: 30_000,
    },
    renewIntervalMs: {
      doc: 'Time between two heartbeats, in ms; the server takes out who missed three',
      format: intBetween(1_000, 600_000),
      default: 30_000,
    },
    metadata: {
      doc: 'Said of this instance: {"name": "value"}',
      format: Object,
      default: {} as Readonly<Record<string, unknown>>,
    },
  },
  messaging: {
    url: {
      doc: 'RabbitMQ servers of one cluster, separated by commas, like amqp://user:password@broker; unset: messages stay in this process',
      format: 'list',
      default: [],
      env: 'AMQP_URL',
      sensitive: true,
    },
    required: { doc: 'Fail the start when the broker has not answered within 10 s', format: Boolean, default: false },
    prefetch: {
      doc: 'Messages that one subscription may hold without having settled them',
      format: intBetween(1, 65_535),
      default: 100,
    },
    concurrency: {
      doc: 'Handlers of one subscription that run at once',
      format: intBetween(1, 10_000),
      default: 50,
    },
    maxMessage: { doc: 'Largest message', format: 'bytes', default: 1_048_576 },
    maxOutstanding: {
      doc: 'Messages on their way that the broker has not confirmed; what comes then waits',
      format: intBetween(10, 65_535),
      default: 1_000,
    },
    maxBuffered: {
      doc: 'Bytes of messages that may wait for the broker; what comes then is refused',
      format: 'bytes',
      default: 33_554_432,
    },
    publishTimeoutMs: {
      doc: 'How long the broker may take to take a message, in ms',
      format: positiveMs,
      default: 30_000,
    },
    queueType: {
      doc: 'Of the queues that are declared: quorum is kept by several servers and counts deliveries',
      format: ['quorum', 'classic'],
      default: 'quorum',
    },
    declare: {
      doc: 'Declare exchanges and queues; false: only check that they are there',
      format: Boolean,
      default: true,
    },
    heartbeatMs: {
      doc: 'Silence after which the broker is asked for a sign of life, in ms; after two it is given up',
      format: intBetween(1_000, 600_000),
      default: 5_000,
    },
    dedupe: {
      doc: 'Where it is remembered which events were handled, so that a repeated delivery is skipped: memory is this process',
      format: ['memory', 'none'],
      default: 'memory',
    },
  },
  management: {
    port: {
      doc: 'Port of their own for the operational endpoints; unset, or the same as http.port: on the http port',
      format: 'port',
      default: null,
    },
    token: {
      doc: 'What callers with access send as Authorization: Bearer',
      format: String,
      default: null,
      sensitive: true,
    },
    basePath: {
      doc: 'Stands before /health, /metrics, /info, /env and /loggers, like /actuator',
      format: basePath,
      default: '',
    },
  },
  log: {
    level: { doc: 'Least severe level that is written', format: ['debug', 'info', 'warn', 'error'], default: 'info' },
    format: { doc: 'json for machines, pretty for people', format: ['json', 'pretty'], default: 'json' },
    access: { doc: 'Write one line per request', format: Boolean, default: true },
    accessSample: {
      doc: 'Share of the access lines that is written; answers of 500 and above always are',
      format: 'ratio',
      default: 1,
    },
    noColor: { doc: 'Set to anything, pretty lines have no colours', format: String, default: null, env: 'NO_COLOR' },
    redact: { doc: 'Further field names whose values are masked', format: 'list', default: [] },
    maxBuffered: {
      doc: 'Log bytes that may wait for a slow stdout; what comes then is dropped and counted',
      format: 'bytes',
      default: 1_048_576,
    },
  },
  metrics: {
    maxSeries: {
      doc: 'Series that one metric may have; what comes then is counted in one overflow series',
      format: intBetween(1, 1_000_000),
      default: 2_000,
    },
    maxLabelLength: {
      doc: 'Length at which a label value is cut, in characters',
      format: intBetween(8, 65_536),
      default: 256,
    },
    collectTimeoutMs: {
      doc: 'How long one collect function may take in a scrape, in ms',
      format: intBetween(1, 60_000),
      default: 1_000,
    },
    runtime: { doc: 'Measure the process and Node.js too', format: Boolean, default: true },
  },
  health: {
    intervalMs: { doc: 'Time between two runs of a check, in ms', format: intBetween(100, 3_600_000), default: 5_000 },
    timeoutMs: { doc: 'Time limit of a check, in ms', format: intBetween(1, 60_000), default: 1_000 },
    failures: { doc: 'Failed runs in a row that turn a check DOWN', format: intBetween(1, 100), default: 3 },
  },
  config: {
    dir: { doc: 'Folder of default.json and {NODE_ENV}.json (or .yaml)', format: String, default: './config' },
    secretsDir: {
      doc: 'Folder with one file per secret, named like its key',
      format: String,
      default: null,
      env: 'SECRETS_DIR',
    },
  },
  faults: faultSettings,
  shutdown: {
    drainDelayMs: {
      doc: 'How long to serve on after SIGTERM, so that callers learn to go elsewhere, in ms',
      format: ms,
      default: 5_000,
    },
    timeoutMs: {
      doc: 'How long a stop may take, the drain delay included, in ms',
      format: positiveMs,
      default: 25_000,
    },
    gracePeriodMs: {
      doc: 'Time between SIGTERM and SIGKILL that the orchestrator leaves, in ms; only compared with timeoutMs at the start, and told by the manifests of `keelson k8s`',
      format: positiveMs,
      default: null,
    },
    signals: { doc: 'Handle SIGTERM, SIGINT and crashes of the process', format: Boolean, default: true },
  },
  build: {
    commit: { doc: 'Git commit of the build, shown by /info', format: String, default: null, env: 'GIT_COMMIT' },
    time: { doc: 'Time of the build, shown by /info', format: String, default: null, env: 'BUILD_TIME' },
  },
} as const satisfies SettingsSchema;

/** Express's `trust proxy` from the text of the setting. */
export function trustProxyOf(text: string): boolean | number | readonly string[] {
  if (text === 'none' || text === 'false') return false;
  if (text === 'all' || text === 'true') return true;
  if (/^\d+$/.test(text)) return Number(text);
  return text.split(',').map((address) => address.trim());
}

/** Express's names for networks. */
const networkNames: readonly string[] = Object.freeze(['loopback', 'linklocal', 'uniquelocal']);

function isAddress(text: string): boolean {
  const address = text.trim();
  if (networkNames.includes(address)) return true;
  const [, host = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(address) ?? [];
  const family = isIP(host);
  return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
}

/** A format that takes some texts. */
function textThat(expected: string, holds: (text: string) => boolean): FormatFunction {
  const check = (value: unknown): void => {
    if (typeof value !== 'string' || !holds(value)) throw new TypeError(expected);
  };
  return Object.assign(check, { expected });
}

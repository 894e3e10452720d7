import { resolveTracingSettings as resolve } from '../../src/tracing/tracing-settings';
import { tracingVariables } from '../../src/tracing/tracing-variables';

describe('defaults', () => {
  test('without any setting', () => {
    expect(resolve({})).toEqual({
      exporter: { kind: 'none' },
      sampler: { name: 'parentbased_always_on', ratio: 1 },
      propagators: ['tracecontext', 'baggage'],
      batch: { queueSize: 2048, batchSize: 512, delayMs: 5000 },
      limits: {
        attributes: { count: 128, valueLength: 8192 },
        eventAttributes: { count: 128, valueLength: 8192 },
        linkAttributes: { count: 128, valueLength: 8192 },
        events: 128,
        links: 128,
      },
      resource: {},
    });
  });

  test('are what the list of variables says', () => {
    const all = Object.fromEntries(tracingVariables.map((variable) => [variable.name, variable.default]));
    expect(resolve(all)).toEqual(resolve({}));
  });
});

describe('the exporter', () => {
  const otlp = { kind: 'otlp', headers: {}, timeoutMs: 10_000, gzip: false, tls: {} };

  test.each<[Record<string, unknown>, object]>([
    [{ tracesExporter: 'none', exporterOtlpEndpoint: 'http://c' }, { kind: 'none' }],
    [{ tracesExporter: 'otlp' }, { ...otlp, url: new URL('http://localhost:4318/v1/traces') }],
    [{ exporterOtlpEndpoint: 'http://c:4318' }, { ...otlp, url: new URL('http://c:4318/v1/traces') }],
    [{ exporterOtlpEndpoint: 'http://c:4318/base//' }, { ...otlp, url: new URL('http://c:4318/base/v1/traces') }],
    [{ exporterOtlpTracesEndpoint: 'http://c/x?y=1' }, { ...otlp, url: new URL('http://c/x?y=1') }],
    [
      { exporterOtlpEndpoint: 'http://other', exporterOtlpTracesEndpoint: 'http://c/' },
      { ...otlp, url: new URL('http://c/') },
    ],
    [
      { tracesExporter: 'zipkin', exporterOtlpEndpoint: 'http://other', exporterOtlpHeaders: 'a=b' },
      { ...otlp, kind: 'zipkin', url: new URL('http://localhost:9411/api/v2/spans') },
    ],
    [
      { tracesExporter: 'zipkin', exporterZipkinEndpoint: 'http://z/s', exporterZipkinTimeout: 500 },
      { ...otlp, kind: 'zipkin', url: new URL('http://z/s'), timeoutMs: 500 },
    ],
    [{ tracesExporter: 'otlp', sdkDisabled: 'true' }, { kind: 'none' }],
  ])('%j', (raw, exporter) => {
    expect(resolve(raw).exporter).toEqual(exporter);
  });

  test('what is said for traces wins over what is said for all signals; headers add up', () => {
    const files: Record<string, string> = { 'ca.pem': 'CA', 'key.pem': 'KEY', 'cert.pem': 'CERT' };
    const raw = {
      exporterOtlpEndpoint: 'https://c',
      exporterOtlpHeaders: 'A=1,b=2',
      exporterOtlpTracesHeaders: 'B=3',
      exporterOtlpTimeout: '1000',
      exporterOtlpTracesTimeout: '2000',
      exporterOtlpProtocol: 'grpc',
      exporterOtlpTracesProtocol: 'http/json',
      exporterOtlpCompression: 'none',
      exporterOtlpTracesCompression: 'gzip',
      exporterOtlpCertificate: 'no.pem',
      exporterOtlpTracesCertificate: 'ca.pem',
      exporterOtlpClientKey: 'key.pem',
      exporterOtlpTracesClientCertificate: 'cert.pem',
    };
    expect(resolve(raw, { readFile: (path) => files[path] ?? '' }).exporter).toMatchObject({
      headers: { a: '1', b: '3' },
      timeoutMs: 2000,
      gzip: true,
      tls: { ca: 'CA', key: 'KEY', cert: 'CERT' },
    });
  });

  test('the shorter of both timeouts counts', () => {
    const raw = { tracesExporter: 'otlp', bspExportTimeout: 3000 };
    expect(resolve(raw).exporter).toMatchObject({ timeoutMs: 3000 });
  });
});

describe('what we do not speak is an error that names the choice', () => {
  test.each<[Record<string, unknown>, RegExp]>([
    [
      { tracesExporter: 'otlp', exporterOtlpProtocol: 'grpc' },
      /OTEL_EXPORTER_OTLP_PROTOCOL: expected http\/json, got "grpc"/,
    ],
    [
      { exporterOtlpEndpoint: 'http://c', exporterOtlpTracesProtocol: 'http/protobuf' },
      /OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: expected http\/json, got "http\/protobuf"/,
    ],
    [{ tracesExporter: 'console' }, /OTEL_TRACES_EXPORTER: expected otlp, zipkin, none, got "console"/],
    [{ tracesExporter: 'otlp,zipkin' }, /OTEL_TRACES_EXPORTER/],
    [
      { tracesSampler: 'jaeger_remote' },
      /OTEL_TRACES_SAMPLER: expected always_on, always_off, traceidratio, parentbased_always_on/,
    ],
    [
      { tracesSampler: 'traceidratio', tracesSamplerArg: '2' },
      /OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, got "2"/,
    ],
    [
      { propagators: 'tracecontext,jaeger' },
      /OTEL_PROPAGATORS: expected some of tracecontext, baggage, b3, b3multi, or none alone/,
    ],
    [{ propagators: 'none,b3' }, /OTEL_PROPAGATORS/],
    [
      { tracesExporter: 'otlp', exporterOtlpCompression: 'zstd' },
      /OTEL_EXPORTER_OTLP_COMPRESSION: expected gzip, none/,
    ],
    [
      { exporterOtlpEndpoint: 'collector:4318' },
      /OTEL_EXPORTER_OTLP_ENDPOINT: expected an http:\/\/ or https:\/\/ URL/,
    ],
    [{ exporterOtlpTracesEndpoint: 'nope' }, /OTEL_EXPORTER_OTLP_TRACES_ENDPOINT/],
    [{ sdkDisabled: 'yes' }, /OTEL_SDK_DISABLED: expected true, false/],
    [
      { tracesExporter: 'otlp', exporterOtlpTimeout: '0' },
      /OTEL_EXPORTER_OTLP_TIMEOUT: expected a whole number from 1/,
    ],
    [{ bspMaxQueueSize: '0' }, /OTEL_BSP_MAX_QUEUE_SIZE/],
    [{ resourceAttributes: 'x' }, /OTEL_RESOURCE_ATTRIBUTES: expected key=value/],
    [
      { tracesExporter: 'otlp', exporterOtlpCertificate: '/gone.pem' },
      /OTEL_EXPORTER_OTLP_CERTIFICATE: expected nothing: files cannot be read here/,
    ],
  ])('%j', (raw, message) => {
    expect(() => resolve(raw)).toThrow(message);
  });

  test.each(['content-length=1', 'Transfer-Encoding=x', 'host=x', 'bad header=1', 'a=%0d%0aforged: 1'])(
    'the header %s is refused, and not shown',
    (exporterOtlpHeaders) => {
      const call = (): unknown => resolve({ tracesExporter: 'otlp', exporterOtlpHeaders });
      expect(call).toThrow(/OTEL_EXPORTER_OTLP_HEADERS: expected valid HTTP headers.*got \[masked\]/);
    },
  );

  test('a file that cannot be read', () => {
    const readFile = (): never => {
      throw new Error('ENOENT');
    };
    expect(() => resolve({ tracesExporter: 'otlp', exporterOtlpClientKey: '/gone' }, { readFile })).toThrow(
      /OTEL_EXPORTER_OTLP_CLIENT_KEY: expected the path of a file that can be read, got "\/gone"/,
    );
  });

  test('all of it at once', () => {
    const raw = { tracesExporter: 'otlp', exporterOtlpProtocol: 'grpc', tracesSampler: 'x', propagators: 'y' };
    expect(() => resolve(raw)).toThrow(/PROTOCOL[^]*SAMPLER[^]*PROPAGATORS/);
  });

  test('a protocol is of no interest where nothing is exported by it', () => {
    expect(resolve({ tracesExporter: 'none', exporterOtlpProtocol: 'grpc' }).exporter.kind).toBe('none');
  });

  test("nor where the user's own SDK is in use", () => {
    const raw = {
      exporterOtlpEndpoint: 'http://c:4317',
      exporterOtlpProtocol: 'grpc',
      tracesSampler: 'jaeger_remote',
      propagators: 'xray,b3',
    };
    const settings = resolve(raw, { foreign: true });
    expect([settings.exporter.kind, settings.propagators]).toEqual(['none', ['b3']]);
  });
});

describe('the rest', () => {
  test('propagators keep their order, once each', () => {
    expect(resolve({ propagators: 'b3, Baggage ,tracecontext,b3' }).propagators).toEqual([
      'b3',
      'baggage',
      'tracecontext',
    ]);
    expect(resolve({ propagators: 'none' }).propagators).toEqual([]);
  });

  test('the argument counts for the ratio samplers only', () => {
    expect(resolve({ tracesSampler: 'parentbased_traceidratio', tracesSamplerArg: '0.1' }).sampler.ratio).toBe(0.1);
    expect(resolve({ tracesSampler: 'always_on', tracesSamplerArg: 'whatever' }).sampler.ratio).toBe(1);
  });

  test('disabled: nothing new is sampled, what came in sampled stays so', () => {
    expect(resolve({ sdkDisabled: 'TRUE', tracesSampler: 'always_on' }).sampler.name).toBe('parentbased_always_off');
  });

  test('a batch is never larger than 512 or the queue', () => {
    expect(resolve({ bspMaxExportBatchSize: 4000 }).batch.batchSize).toBe(512);
    expect(resolve({ bspMaxQueueSize: 10 }).batch).toMatchObject({ queueSize: 10, batchSize: 10 });
  });

  test('particular limits win over general ones', () => {
    const limits = resolve({
      attributeCountLimit: 10,
      spanAttributeCountLimit: 20,
      eventAttributeCountLimit: 0,
      attributeValueLengthLimit: 100,
      spanEventCountLimit: 1,
      spanLinkCountLimit: 2,
    }).limits;
    expect(limits).toEqual({
      attributes: { count: 20, valueLength: 100 },
      eventAttributes: { count: 0, valueLength: 100 },
      linkAttributes: { count: 10, valueLength: 100 },
      events: 1,
      links: 2,
    });
    expect(resolve({ spanAttributeValueLengthLimit: 5 }).limits.attributes.valueLength).toBe(5);
  });

  test('OTEL_SERVICE_NAME wins over the attribute', () => {
    const raw = { resourceAttributes: 'service.name=a,team=b%20c', serviceName: 'd' };
    expect(resolve(raw).resource).toEqual({ 'service.name': 'd', team: 'b c' });
  });
});

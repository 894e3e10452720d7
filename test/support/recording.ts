import {
  noopMeter,
  runInScope,
  type AttributeValue,
  type Carrier,
  type LogFields,
  type Logger,
  type LogLevel,
  type Meter,
  type Scope,
  type Tracing,
  type WorkSpan,
} from '../../src/core';

/** One line that was logged. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what is logged. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[];
  readonly #fields: LogFields;

  constructor(lines: LoggedLine[] = [], fields: LogFields = {}) {
    this.lines = lines;
    this.#fields = fields;
  }

  /** The messages of one level. */
  messages(level: LogLevel): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.message);
  }

  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }

  isEnabled(): boolean {
    return true;
  }

  child(fields: LogFields): Logger {
    return new RecordingLogger(this.lines, { ...this.#fields, ...fields });
  }

  named(name: string): Logger {
    return this.child({ logger: name });
  }

  #add(level: LogLevel, message: string, fields: LogFields = {}): void {
    this.lines.push({ level, message, fields: { ...this.#fields, ...fields } });
  }
}

/** Keeps what is observed and counted. */
export class RecordingMeter implements Meter {
  readonly observed: { labels: Record<string, string | number>; value: number; traced: boolean }[] = [];
  readonly counted: { name: string; labels: unknown }[] = [];
  /** How often a series was looked up by its labels. */
  lookups = 0;
  /** What gauges were set to, at {@link RecordingMeter.scrape}. */
  readonly gauges: Record<string, number> = {};
  readonly #collects: (() => void)[] = [];

  counter: Meter['counter'] = ({ name }) => ({
    inc: (labels?: unknown) => void this.counted.push({ name, labels }),
    labels: (labels) => ({ inc: () => void this.counted.push({ name, labels }) }),
  });

  gauge: Meter['gauge'] = ({ name, collect }) => {
    const gauge = {
      ...noopMeter.gauge({ name, help: '' }),
      set: (value: unknown) => (this.gauges[name] = Number(value)),
    };
    this.#collects.push(() => collect?.(gauge));
    return gauge;
  };

  histogram: Meter['histogram'] = () => ({
    observe: () => undefined,
    labels: (labels) => {
      this.lookups += 1;
      return {
        observe: (value, exemplar) => void this.observed.push({ labels, value, traced: exemplar !== undefined }),
      };
    },
  });

  scrape(): void {
    for (const collect of this.#collects) collect();
  }
}

/** A span that keeps what it is told. */
export class RecordingSpan implements WorkSpan {
  readonly traceId = '0af7651916cd43dd8448eb211c80319c';
  readonly spanId = 'b7ad6b7169203331';
  readonly sampled: boolean;
  readonly recording: boolean;
  readonly seed = Symbol('seed');
  readonly attributes: Record<string, AttributeValue> = {};
  name: string;
  failed: string | undefined;
  ended = 0;

  constructor(name: string, recording: boolean) {
    this.name = name;
    this.sampled = recording;
    this.recording = recording;
  }

  set(key: string, value: AttributeValue): void {
    this.attributes[key] = value;
  }

  rename(name: string): void {
    this.name = name;
  }

  fail(type: string): void {
    this.failed = type;
  }

  end(): void {
    this.ended += 1;
  }
}

/** Keeps the spans that are begun. */
export class RecordingTracing implements Tracing {
  readonly spans: RecordingSpan[] = [];
  recording = true;

  begin(_kind: 'server' | 'consumer' | 'internal', name: string, _carrier: Carrier): WorkSpan {
    const span = new RecordingSpan(name, this.recording);
    this.spans.push(span);
    return span;
  }

  call(_kind: 'client' | 'producer', name: string, headers: Record<string, string>): WorkSpan {
    const span = new RecordingSpan(name, this.recording);
    this.spans.push(span);
    headers['traceparent'] = `00-${span.traceId}-${span.spanId}-01`;
    return span;
  }

  enter<A, B>(scope: Scope, _span: WorkSpan, call: (a: A, b: B) => void, a: A, b: B): void {
    runInScope(scope, call, a, b);
  }
}

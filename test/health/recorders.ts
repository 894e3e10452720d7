import { type Gauge, type Histogram, type Labels, type LogFields, type Logger, type Meter } from '../../src/core';

export interface Line {
  level: string;
  message: string;
  fields: LogFields;
}

/** A logger that keeps its lines. */
export function recordingLogger(): Logger & { lines: Line[] } {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  const logger = {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isEnabled: () => true,
    child: () => logger,
    named: () => logger,
  };
  return logger;
}

/** A meter that keeps what was set and observed, by metric name and check. */
export interface RecordingMeter extends Meter {
  status: Map<string, number>;
  /** The checks for which a status series was made. */
  series: string[];
  seconds: [string, number][];
  names: string[];
}

export function recordingMeter(): RecordingMeter {
  const meter: RecordingMeter = {
    status: new Map(),
    series: [],
    seconds: [],
    names: [],
    counter: () => {
      throw new Error('no counter expected');
    },
    gauge: ({ name }) => {
      meter.names.push(name);
      const labels = ({ check }: Labels) => {
        meter.series.push(String(check));
        return { set: (value: number) => void meter.status.set(String(check), value) };
      };
      return { labels } as unknown as Gauge;
    },
    histogram: ({ name }) => {
      meter.names.push(name);
      const labels = ({ check }: Labels) => ({
        observe: (value: number) => void meter.seconds.push([String(check), value]),
      });
      return { labels } as unknown as Histogram;
    },
  };
  return meter;
}

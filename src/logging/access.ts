import { type LogFields, type LogLevel, type Redactor } from '../core';
import { quoted } from './escape';
import { type LevelNode, levelWeight } from './levels';
import { createVoice, type Lines, type Voice } from './lines';
import { type ResolvedOptions } from './options';

/** What is said about a request at its end. */
export interface AccessLine {
  readonly method: string;
  /** As the client sent it, best without its query. */
  readonly path: string;
  /** The route's template; undefined: no route matched. */
  readonly route?: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** The client went away before the answer was complete. @default false */
  readonly aborted?: boolean | undefined;
  readonly requestId: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly userAgent?: string | undefined;
  /** The client's address. */
  readonly client?: string | undefined;
}

/** The name of the logger of access lines, for /loggers. */
export const accessName = 'access';

const longestPath = 2_048;
const longestAgent = 256;
const margin = 4_096;

/** One line per request, in a fixed shape, put together without any object. */
export class AccessLog {
  readonly #lines: Lines;
  readonly #redact: Redactor;
  readonly #voice: Voice;
  readonly #sample: number;
  readonly #json: boolean;

  constructor(lines: Lines, node: LevelNode, options: ResolvedOptions) {
    this.#lines = lines;
    this.#redact = options.redact;
    this.#voice = createVoice(node, accessName);
    this.#sample = options.accessSample;
    this.#json = options.format === 'json';
  }

  /** Level info, or warn from status 500 on. */
  write(line: AccessLine): void {
    const level: LogLevel = line.status >= 500 ? 'warn' : 'info';
    const weight = levelWeight[level];
    const { lanes } = this.#lines;
    if (weight < this.#voice.node.threshold && weight < lanes.floor) return;
    if (this.#sample < 1 && line.status < 500 && !isSampled(line.traceId, this.#sample)) return;
    try {
      if (this.#json && lanes.empty) this.#lines.sink.write(this.#text(level, line));
      else
        this.#lines.emit(this.#voice, level, `${line.method} ${line.path} ${line.status}`, this.#fieldsOf(line), line);
    } catch {
      this.#lines.write(this.#voice, level, 'request', undefined, undefined);
    }
  }

  #text(level: LogLevel, line: AccessLine): string {
    const path = quoted(this.#masked(line.path, longestPath));
    const method = quoted(line.method);
    return (
      this.#lines.head(this.#voice, level) +
      `"${method} ${path} ${line.status}"` +
      this.#lines.tail(line) +
      `,"method":"${method}","path":"${path}"` +
      (line.route === undefined ? '' : `,"route":"${quoted(line.route)}"`) +
      `,"status":${line.status},"durationMs":${rounded(line.durationMs)},"bytes":${line.bytes}` +
      (line.aborted === true ? ',"aborted":true' : '') +
      (line.userAgent === undefined ? '' : `,"userAgent":"${quoted(this.#masked(line.userAgent, longestAgent))}"`) +
      (line.client === undefined ? '' : `,"client":"${quoted(line.client)}"`) +
      '}\n'
    );
  }

  #fieldsOf(line: AccessLine): LogFields {
    const { userAgent } = line;
    return {
      method: line.method,
      path: this.#masked(line.path, longestPath),
      route: line.route,
      status: line.status,
      durationMs: rounded(line.durationMs),
      bytes: line.bytes,
      aborted: line.aborted === true ? true : undefined,
      userAgent: userAgent === undefined ? undefined : this.#masked(userAgent, longestAgent),
      client: line.client,
    };
  }

  /** Cut after it was masked, and masked a little beyond the cut: a secret on the border is seen whole. */
  #masked(text: string, longest: number): string {
    if (text.length <= longest) return this.#redact.text(text);
    return `${this.#redact.text(text.slice(0, longest + margin)).slice(0, longest)}...`;
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** By the trace, so that all services keep or leave out the same requests. */
function isSampled(traceId: string, ratio: number): boolean {
  const part = Number.parseInt(traceId.slice(-7), 16);
  return Number.isNaN(part) || part / 0x10000000 < ratio;
}

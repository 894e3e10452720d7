import { type Clock } from '../core';
import { CollectorClient, type CollectorTarget, type SendResult } from './collector-client';
import { type ExportText, type Redact, safeRedact } from './export-text';
import { encodeOtlp } from './otlp';
import { type RecordingSpan } from './recording-span';
import { type BatchTarget } from './span-batcher';
import { encodeZipkin } from './zipkin';

/** Sends batches of spans to a collector, in its format. */
export class SpanExporter implements BatchTarget {
  readonly name: string;
  readonly #encode: typeof encodeOtlp;
  readonly #resource: Readonly<Record<string, string>>;
  readonly #text: ExportText;
  readonly #client: CollectorClient;

  constructor(
    target: CollectorTarget,
    resource: Readonly<Record<string, string>>,
    clock: Clock,
    redact: Redact | undefined,
  ) {
    this.name = `${target.url.origin}${target.url.pathname}`;
    this.#encode = target.kind === 'otlp' ? encodeOtlp : encodeZipkin;
    this.#resource = resource;
    this.#text = safeRedact(redact);
    this.#client = new CollectorClient(target, clock);
  }

  async send(spans: readonly RecordingSpan[]): Promise<SendResult> {
    try {
      return await this.#client.send(this.#encode(this.#resource, spans, this.#text));
    } catch (error) {
      return { sent: false, reason: String(error), pauseMs: 0 };
    }
  }

  hurry(): void {
    this.#client.hurry();
  }

  close(): void {
    this.#client.close();
  }
}

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A span as OTLP has it, with times in ms. */
export interface CollectedSpan {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly { name: string; startTimeUnixNano: string; endTimeUnixNano: string }[];
    }[];
  }[];
}

/** A collector of traces that takes OTLP in JSON. */
export class SpanCollector {
  readonly spans: CollectedSpan[] = [];
  /** When batches came, by performance.now(). */
  readonly batches: number[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => {
        this.#take(JSON.parse(Buffer.concat(chunks).toString()) as Exported);
        res.end('{}');
      });
    });
  }

  static async open(): Promise<SpanCollector> {
    const collector = new SpanCollector();
    await once(collector.#server.listen(0, '127.0.0.1'), 'listening');
    return collector;
  }

  get env(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take({ resourceSpans }: Exported): void {
    this.batches.push(performance.now());
    for (const { scopeSpans } of resourceSpans)
      for (const { spans } of scopeSpans)
        for (const { name, startTimeUnixNano, endTimeUnixNano } of spans)
          this.spans.push({ name, startMs: Number(startTimeUnixNano) / 1e6, endMs: Number(endTimeUnixNano) / 1e6 });
  }
}

/** What keelson touches of eureka-js-client 4.5.0: its own types (@types/eureka-js-client) lack what must be overridden. */
declare module 'eureka-js-client' {
  import { type EventEmitter } from 'node:events';

  /** An answer as the library looks at it. */
  export interface EurekaResponse {
    readonly statusCode: number;
    /** What our `eurekaRequest` adds for our own operations. */
    readonly answer?: unknown;
  }

  export type EurekaCallback = (error: Error | null, response?: EurekaResponse, body?: string) => void;

  export interface EurekaRequestOptions {
    readonly method?: string;
    readonly uri: string;
    readonly body?: unknown;
  }

  export class Eureka extends EventEmitter {
    constructor(config: Readonly<Record<string, unknown>>);
    start(callback?: (error?: Error | null) => void): void;
    fetchRegistry(callback: (error: Error | null) => void): void;
    protected eurekaRequest(options: EurekaRequestOptions, callback: EurekaCallback, attempt?: number): void;
    protected transformRegistry(registry: unknown): void;
  }
}

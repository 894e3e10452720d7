import { type Target, type Targets } from './targets';

/** Everything goes to one origin: nothing is chosen. */
export class SingleTarget implements Targets, Target {
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  readonly instance = undefined;

  constructor(url: URL) {
    this.origin = url.origin;
    this.host = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  }

  pick(): Target {
    return this;
  }

  begin(): void {}

  end(): void {}
}

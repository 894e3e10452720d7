import { SecretKeys } from './redact-keys';
import { SecretText } from './redact-text';
import { PlainCopy, type RedactLimits } from './redact-value';

/** Keeps secrets out of what is written or sent: logs, health details, problem documents, span attributes. Never throws. */
export interface Redactor {
  /** Does this key name a secret? Compared by words, whatever their spelling: `accessToken`, `x-api-key`, `DB_PASSWORD`. */
  isSecretKey(key: string): boolean;
  /** The text with credentials, tokens and known secrets masked. Text without any comes back as it was. */
  text(text: string): string;
  /**
   * A deep copy as plain data for JSON, masked and bounded. Cycles, getters that throw, BigInt, errors with their causes, Map, Set and buffers all
   * come out readable; what is too deep, wide or long is cut and marked.
   *
   * @param limits bounds of this copy, where they are to differ from the redactor's
   */
  value(value: unknown, limits?: Partial<RedactLimits>): unknown;
}

/** What to mask, beyond the usual. */
export interface RedactorOptions {
  /** Names of further secret keys. @default none */
  keys?: readonly string[];
  /** The secrets in use just now, asked for each text; those of 6 and more characters are masked wherever they appear. @default none */
  secrets?: () => readonly string[];
  /** Bounds of a copy. @default see RedactLimits */
  limits?: Partial<RedactLimits>;
}

const redactLimits: RedactLimits = Object.freeze({ depth: 8, width: 200, string: 8_192, total: 65_536, causes: 8 });
const none: readonly string[] = Object.freeze([]);

/** Makes the one redactor of a service. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const keys = new SecretKeys(options.keys);
  const patterns = new SecretText(keys, options.secrets ?? (() => none));
  const limits = { ...redactLimits, ...options.limits };
  const text = (raw: string): string => patterns.mask(raw);
  return Object.freeze({
    isSecretKey: (key: string) => keys.kind(key) !== 'plain',
    text,
    value: (value: unknown, own?: Partial<RedactLimits>) =>
      new PlainCopy(keys, text, own === undefined ? limits : { ...limits, ...own }).any(value),
  });
}

/** What a key says about its value. */
export type KeyKind = 'plain' | 'secret' | 'count';

const secretNames: readonly string[] = Object.freeze([
  ...['authorization', 'jwt', 'cookie', 'session id', 'sid', 'password', 'passwd', 'passphrase', 'passcode', 'pwd'],
  ...['token', 'secret', 'credential', 'api key', 'access key', 'private key', 'secret key', 'signing key'],
  ...['encryption key', 'master key', 'shared key', 'account key', 'connection string'],
]);

/** Secret only at the end of a key: `basicAuth`, but not `authMethod`. */
const secretLastWords: ReadonlySet<string> = new Set(['auth', 'pass', 'bearer', 'otp', 'signature', 'sig']);

/** As the last word of a key they say that the value is about a secret, not the secret. */
const harmlessEndings: ReadonlySet<string> = new Set(
  'count length size limit total ttl expiry type name url uri endpoint policy file path dir directory folder error exception status'.split(
    ' ',
  ),
);

/** Beside a secret word they say that a number is a figure, not a secret. */
const countingWords: ReadonlySet<string> = new Set(
  'tokens used total max min limit remaining left per rate expires expiry in at ttl age budget usage'.split(' '),
);

/** Shorter names are looked for as whole words only: `token` also in `authtoken`, but `sig` not in `design`. */
const shortestEnding = 5;
const longestKey = 128;
const cacheSize = 2_000;

/** Tells keys of secrets from others, by words: `accessToken`, `x-api-key`, `DB_PASSWORD` and `clientsecret` are all seen. */
export class SecretKeys {
  readonly #names = new Set<string>();
  readonly #endings: string[] = [];
  readonly #cache = new Map<string, KeyKind>();

  constructor(further: readonly string[] = []) {
    for (const name of [...secretNames, ...further]) {
      const joined = wordsOf(name).map(singular).join('');
      if (joined === '' || this.#names.has(joined)) continue;
      this.#names.add(joined);
      if (joined.length >= shortestEnding) this.#endings.push(joined);
    }
  }

  /** `count`: a number under this key is harmless, anything else is a secret. */
  kind(key: string): KeyKind {
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const kind = this.#judge(key);
    if (this.#cache.size >= cacheSize) this.#cache.clear();
    if (key.length <= longestKey) this.#cache.set(key, kind);
    return kind;
  }

  #judge(key: string): KeyKind {
    const words = wordsOf(key);
    if (!this.#isSecret(words.map(singular))) return 'plain';
    if (words.length > 1 && harmlessEndings.has(words.at(-1) ?? '')) return 'plain';
    return words.some((word) => countingWords.has(word)) ? 'count' : 'secret';
  }

  #isSecret(words: readonly string[]): boolean {
    if (secretLastWords.has(words.at(-1) ?? '')) return true;
    return words.some((word, i) => {
      const two = word + (words[i + 1] ?? '');
      if (this.#names.has(word) || this.#names.has(two) || this.#names.has(two + (words[i + 2] ?? ''))) return true;
      return this.#endings.some((ending) => word.endsWith(ending));
    });
  }
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** The words of a key in lower case. A loop, since the usual expressions for camel case are not linear. */
function wordsOf(key: string): string[] {
  const text = key.length > longestKey ? key.slice(-longestKey) : key;
  const words: string[] = [];
  let word = '';
  for (let i = 0; i < text.length; i++) {
    const kind = charKind(text.charCodeAt(i));
    const before = i === 0 ? 'other' : charKind(text.charCodeAt(i - 1));
    const startsWord = kind === 'upper' && (before !== 'upper' || charKind(text.charCodeAt(i + 1)) === 'lower');
    if (word !== '' && (kind === 'other' || startsWord)) {
      words.push(word.toLowerCase());
      word = '';
    }
    if (kind !== 'other') word += text.charAt(i);
  }
  if (word !== '') words.push(word.toLowerCase());
  return words;
}

function charKind(code: number): 'upper' | 'lower' | 'digit' | 'other' {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 65 && code <= 90) return 'upper';
  if (code >= 48 && code <= 57) return 'digit';
  return code >= 128 ? 'lower' : 'other';
}

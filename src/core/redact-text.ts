import { type SecretKeys } from './redact-keys';

/** Stands where a secret was. */
export const mask = '******';

/** Shorter secrets are not looked for: `admin` would blank half the log. */
const shortestSecret = 6;
const longestKey = 64;
/** What stands behind `password:` where the word is only talked about. */
const noSecret =
  /^(?:null|undefined|true|false|yes|no|none|not|is|must|should|cannot|has|too|at|a|an|the|expected|required|missing|invalid|wrong|empty|unknown|expired|rejected)[).,]*$/i;
/** What stands behind `Bearer` where no token does: prose, and what a server asks for. */
const aboutBearers = /^(?:tokens?|auth|authentication|authorization|credentials?|scheme|(?:realm|scope|error)=)$/i;
/** How far beyond a slash the `@` of an unescaped password is looked for. */
const longestPassword = 128;

/**
 * Masks what looks like a secret inside running text. All expressions are linear: no nested or adjoining repetition, and each scan goes on where
 * the one before ended.
 */
export class SecretText {
  readonly #keys: SecretKeys;
  readonly #secrets: () => readonly string[];
  #given: readonly string[] = [];
  #frozen: readonly string[] | undefined;
  #needles: readonly string[] = [];
  /** One pass that tells most lines apart from those worth a closer look. */
  readonly #suspicious = /[=@:]|eyJ|-----BEGIN|bearer\s|basic\s/i;
  readonly #credentials = /\b(bearer|basic)([ \t]{1,8})([A-Za-z0-9+/=_.~-]{4,})/gi;
  readonly #separator = /[=:]/g;
  readonly #endOfAuthority = /[/?#\s"'<>\\]/g;
  readonly #endOfUrl = /[\s"'<>\\]/g;
  readonly #endOfJwt = /[^A-Za-z0-9_.-]/g;
  readonly #endOfLine = /[\r\n"']/g;
  readonly #endOfValue = /[\s&;"'`<>]/g;
  readonly #endOfMember = /[\s&;"'`<>,}\]]/g;

  constructor(keys: SecretKeys, secrets: () => readonly string[]) {
    this.#keys = keys;
    this.#secrets = secrets;
  }

  mask(text: string): string {
    const known = this.#maskKnown(text);
    if (!this.#suspicious.test(known)) return known;
    let out = known;
    if (out.includes('-----BEGIN')) out = maskKeyBlocks(out);
    if (out.includes('eyJ')) out = this.#maskJwts(out);
    if (out.includes('://')) out = this.#maskUrls(out);
    return this.#maskPairs(out.replace(this.#credentials, maskCredential));
  }

  #maskKnown(text: string): string {
    const secrets = this.#secrets();
    if (secrets !== this.#frozen) this.#learn(secrets);
    let out = text;
    for (const needle of this.#needles) if (out.includes(needle)) out = out.replaceAll(needle, mask);
    return out;
  }

  #learn(secrets: readonly string[]): void {
    if (!sameStrings(secrets, this.#given)) {
      this.#given = [...secrets];
      this.#needles = needlesOf(this.#given);
    }
    // A frozen list needs no second look: it cannot change.
    this.#frozen = Object.isFrozen(secrets) ? secrets : undefined;
  }

  #maskJwts(text: string): string {
    let out = '';
    let from = 0;
    for (let at = text.indexOf('eyJ'); at >= 0; at = text.indexOf('eyJ', Math.max(from, at + 3))) {
      const end = endOf(this.#endOfJwt, text, at);
      const dot = text.slice(at, end - 1).indexOf('.');
      out += dot < 0 ? text.slice(from, end) : text.slice(from, at) + mask;
      from = end;
    }
    return out + text.slice(from);
  }

  #maskUrls(text: string): string {
    let out = '';
    let from = 0;
    for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
      const start = at + 3;
      const end = this.#endOfUserInfo(text, start);
      if (end < 0) continue;
      const colon = text.indexOf(':', start);
      const secretFrom = colon >= 0 && colon < end ? colon + 1 : start;
      // A name without a password stays, unless it is as long as a token.
      if (secretFrom === start && end - start < 20) continue;
      if (secretFrom >= end || secretFrom < from) continue;
      out += text.slice(from, secretFrom) + mask;
      from = end;
    }
    return out + text.slice(from);
  }

  /** Where the `@` behind user and password stands, or -1. */
  #endOfUserInfo(text: string, start: number): number {
    const end = endOf(this.#endOfAuthority, text, start);
    const authority = text.slice(start, end);
    const at = authority.lastIndexOf('@');
    if (at >= 0) return start + at;
    // Passwords with a bare slash happen; a port is all digits.
    const colon = authority.indexOf(':');
    if (colon < 0 || /^\d*$/.test(authority.slice(colon + 1))) return -1;
    const rest = text.slice(end, end + longestPassword);
    const further = rest.slice(0, endOf(this.#endOfUrl, rest, 0)).lastIndexOf('@');
    return further < 0 ? -1 : end + further;
  }

  /** `password=x`, `"token": "x"`, `Cookie: a=b; c=d`, `{ secret: 'x' }`. */
  #maskPairs(text: string): string {
    let out = '';
    let from = 0;
    this.#separator.lastIndex = 0;
    for (let hit = this.#separator.exec(text); hit !== null; hit = this.#separator.exec(text)) {
      const resume = hit.index + 1;
      const found = this.#secretAfter(text, from, hit.index);
      if (found !== undefined) {
        out += text.slice(from, found.start) + mask;
        from = found.end;
      }
      this.#separator.lastIndex = Math.max(resume, from);
    }
    return from === 0 ? text : out + text.slice(from);
  }

  #secretAfter(text: string, from: number, separator: number): Span | undefined {
    const end = skipBack(text, from, separator);
    let start = end;
    while (start > from && end - start < longestKey && isKeyChar(text.charCodeAt(start - 1))) start--;
    if (end - start < 3) return undefined;
    const key = text.slice(start, end);
    const kind = this.#keys.kind(key);
    if (kind === 'plain') return undefined;
    const colon = text[separator] === ':';
    const span = this.#valueAfter(text, separator + 1, colon ? headerLike(key) : false, end < separator);
    if (span === undefined) return undefined;
    if (colon && span.start === separator + 1 && isPlace(key, text, span.start)) return undefined;
    const value = text.slice(span.start, span.end);
    if (value === mask || noSecret.test(value)) return undefined;
    return kind === 'count' && /^\d+[.,)]*$/.test(value) ? undefined : span;
  }

  #valueAfter(text: string, after: number, wholeLine: boolean, keyQuoted: boolean): Span | undefined {
    let start = after;
    while (start - after < 8 && isGap(text.charCodeAt(start))) start++;
    const escaped = text[start] === '\\';
    const opening = text[escaped ? start + 1 : start] ?? '';
    if (opening === '"' || opening === "'" || opening === '`') {
      start += escaped ? 2 : 1;
      return spanOf(start, closingQuote(text, start, opening, escaped));
    }
    if (opening === '[' || opening === '{') {
      const closing = text.indexOf(opening === '[' ? ']' : '}', start);
      return spanOf(start, closing < 0 ? text.length : closing + 1);
    }
    if (wholeLine) return spanOf(start, endOf(this.#endOfLine, text, start));
    return spanOf(start, endOf(keyQuoted ? this.#endOfMember : this.#endOfValue, text, start));
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(start: number, end: number): Span | undefined {
  return end > start ? { start, end } : undefined;
}

/** The secrets as they may appear: plain, in a URL or form, in JSON, in base64; the longest first, so that none is left half masked. */
function needlesOf(secrets: readonly string[]): string[] {
  const needles = new Set<string>();
  for (const secret of secrets) {
    if (typeof secret !== 'string' || secret.length < shortestSecret) continue;
    needles.add(secret).add(JSON.stringify(secret).slice(1, -1));
    // A lone surrogate has no form in a URL, and would throw.
    needles.add(encodeURIComponent(secret.replace(/\p{Surrogate}/gu, '?')));
    needles.add(new URLSearchParams([['', secret]]).toString().slice(1));
    // Without the last bytes, whose letters depend on what follows them.
    const bytes = Buffer.from(secret);
    const thirds = bytes.subarray(0, bytes.length - (bytes.length % 3));
    needles.add(thirds.toString('base64')).add(thirds.toString('base64url'));
  }
  return [...needles].sort((a, b) => b.length - a.length);
}

function sameStrings(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function maskCredential(whole: string, scheme: string, gap: string, value: string): string {
  // "Basic authentication failed" is no credential; real ones are base64.
  if (scheme.toLowerCase() === 'basic' && !/[0-9=]|.[A-Z]/.test(value)) return whole;
  if (aboutBearers.test(value)) return whole;
  return scheme + gap + mask;
}

function maskKeyBlocks(text: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('-----BEGIN'); at >= 0; at = text.indexOf('-----BEGIN', Math.max(from, at + 10))) {
    if (!text.slice(at, at + 50).includes('PRIVATE KEY')) continue;
    const end = text.indexOf('-----END', at);
    out += text.slice(from, at) + mask;
    from = end < 0 ? text.length : Math.min(text.length, endOf(/-----/g, text, end + 8) + 5);
  }
  return out + text.slice(from);
}

/** The index of the next match at or after `from`, or the text's end. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

function closingQuote(text: string, from: number, quote: string, escaped: boolean): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (escaped) return at - 1;
    let slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] === '\\') slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** Over blanks between key and separator, and what closes a quoted key; `token ':'` is none. */
function skipBack(text: string, from: number, separator: number): number {
  let end = separator;
  let over = ` \t"'\`\\]`;
  while (end > from && separator - end < 4 && over.includes(text.charAt(end - 1))) {
    end--;
    if (!isGap(text.charCodeAt(end))) over = `"'\`\\]`;
  }
  return end;
}

/** `at token.js:10:5` and `token://x` are no pairs. */
function isPlace(key: string, text: string, after: number): boolean {
  return text.startsWith('//', after) || (key.includes('.') && /^\d/.test(text.charAt(after)));
}

function headerLike(key: string): boolean {
  return /(?:authorization|cookie)$/i.test(key);
}

function isKeyChar(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 46 || code === 95;
}

function isGap(code: number): boolean {
  return code === 32 || code === 9 || code === 61 || code === 62;
}

import { type TraceState } from '@opentelemetry/api';

const maxMembers = 32;
const maxLength = 512;
/** When there is not room for all, members longer than this go first, as the W3C asks. */
const longMember = 128;
/** 32 members of the longest kind, with a little white space: more cannot be valid. */
const maxHeader = 18_000;

const simpleKey = /^[a-z0-9][a-z0-9_\-*/]{0,255}$/;
const tenantKey = /^[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}$/;
const memberValue = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

interface Member {
  readonly key: string;
  readonly value: string;
}

/** The list of the W3C tracestate header. Immutable: set and unset give a new one. */
export class MemberList implements TraceState {
  readonly #members: readonly Member[];

  constructor(members: readonly Member[] = []) {
    this.#members = members;
  }

  /** A new list with this member in front; the same list if key or value is not valid. The last member gives way to a 33rd. */
  set(key: string, value: string): TraceState {
    if (!isKey(key) || !memberValue.test(value)) return this;
    return new MemberList([{ key, value }, ...this.#without(key)].slice(0, maxMembers));
  }

  unset(key: string): TraceState {
    return new MemberList(this.#without(key));
  }

  get(key: string): string | undefined {
    return this.#members.find((member) => member.key === key)?.value;
  }

  /** The header, at most 512 characters: whole members are left out, long ones first, then from the end. */
  serialize(): string {
    const texts = this.#members.map((member) => `${member.key}=${member.value}`);
    let length = texts.reduce((sum, text) => sum + text.length + 1, -1);
    for (let i = texts.length - 1; i >= 0 && length > maxLength; i -= 1) {
      const text = texts[i] ?? '';
      if (text.length <= longMember) continue;
      length -= text.length + 1;
      texts.splice(i, 1);
    }
    while (length > maxLength) length -= (texts.pop()?.length ?? 0) + 1;
    return texts.join(',');
  }

  #without(key: string): Member[] {
    return this.#members.filter((member) => member.key !== key);
  }
}

function isKey(key: string): boolean {
  return simpleKey.test(key) || tenantKey.test(key);
}

/** Reads a tracestate header. Undefined when it is empty or any part of it is not valid: it is kept whole or not at all. */
export function parseTraceState(header: string): MemberList | undefined {
  if (header.length > maxHeader) return undefined;
  const members: Member[] = [];
  const keys = new Set<string>();
  for (const part of header.split(',')) {
    const text = trimEnd(part.replace(/^[ \t]+/, ''));
    if (text === '') continue;
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(equals, 0));
    const value = text.slice(equals + 1);
    if (!isKey(key) || !memberValue.test(value) || keys.has(key) || keys.size === maxMembers) return undefined;
    keys.add(key);
    members.push({ key, value });
  }
  return members.length === 0 ? undefined : new MemberList(members);
}

/** Without the blanks at its end. A loop, because the regular expression for it takes quadratic time on hostile text. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  return text.slice(0, end);
}

export type JsonObject = Record<string, unknown>;

/** Throws when a value is not as it must be. */
export type Rule = (value: unknown, at: string) => void;

const optionalRules = new WeakSet<Rule>();

export function text(form: RegExp): Rule {
  return (value, at) => {
    if (typeof value !== 'string' || !form.test(value))
      throw new Error(`${at}: text like ${form}, got ${JSON.stringify(value)}`);
  };
}

export function whole(least: number, most: number): Rule {
  return (value, at) => {
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw new Error(`${at}: a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
    }
  };
}

export function oneOf(...values: readonly unknown[]): Rule {
  return (value, at) => {
    if (!values.includes(value)) throw new Error(`${at}: one of ${values.join()}, got ${JSON.stringify(value)}`);
  };
}

export function listOf(rule: Rule): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) throw new Error(`${at}: a list, got ${JSON.stringify(value)}`);
    value.forEach((item, index) => rule(item, `${at}[${index}]`));
  };
}

/** A list with at least one item. */
export function eachOf(rule: Rule): Rule {
  return (value, at) => {
    listOf(rule)(value, at);
    if ((value as unknown[]).length === 0) throw new Error(`${at}: at least one`);
  };
}

/** May be missing, but not null or empty of meaning. */
export function optional(rule: Rule): Rule {
  const mark: Rule = (value, at) => rule(value, at);
  optionalRules.add(mark);
  return mark;
}

/** Exactly these members, nothing else. */
export function object(members: Readonly<Record<string, Rule>>): Rule {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${at}: an object`);
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(members, key));
    if (unknown.length > 0) throw new Error(`${at}: unknown members ${unknown.join()}`);
    for (const [key, rule] of Object.entries(members)) {
      if (Object.hasOwn(value, key)) rule((value as JsonObject)[key], `${at}.${key}`);
      else if (!optionalRules.has(rule)) throw new Error(`${at}.${key} is missing`);
    }
  };
}

/** Any members, all values by one rule. */
export function mapOf(rule: Rule): Rule {
  return (value, at) => {
    if (typeof value !== 'object' || value === null) throw new Error(`${at}: an object`);
    for (const [key, item] of Object.entries(value)) rule(item, `${at}.${key}`);
  };
}

export function check(body: string, rule: Rule): unknown {
  const value: unknown = JSON.parse(body);
  rule(value, '$');
  return value;
}

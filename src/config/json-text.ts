import { type ParsedText, pathId, positionAt } from './parsed-text';

const deepest = 64;

/** Parses JSON and remembers where each name stands. A name given twice in one object is an error. */
export function parseJson(text: string): ParsedText {
  const scanner = new JsonScanner(text);
  try {
    scanner.scan();
    const { offsets } = scanner;
    return {
      root: JSON.parse(text),
      positionOf: (path) => {
        const offset = offsets.get(pathId(path));
        return offset === undefined ? undefined : positionAt(text, offset);
      },
    };
  } catch (error) {
    const expected = error instanceof JsonFault ? error.message : 'JSON';
    return { expected, got: scanner.atEnd ? 'the end' : 'something else', position: positionAt(text, scanner.at) };
  }
}

class JsonFault extends Error {}

/**
 * Walks through JSON to find where it breaks and where its names are. The message of JSON.parse cannot be used: it differs between
 * versions of Node.js, often has no position, and quotes the text.
 */
class JsonScanner {
  at = 0;
  readonly offsets = new Map<string, number>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.at >= this.#text.length;
  }

  scan(): void {
    this.#value([]);
    this.#space();
    if (!this.atEnd) throw new JsonFault('the end of the file after the value');
  }

  #value(path: readonly string[]): void {
    this.#space();
    if (path.length > deepest) throw new JsonFault(`at most ${deepest} levels`);
    if (this.#take('{')) this.#members(path);
    else if (this.#take('[')) this.#items(path);
    else if (this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y) === undefined) {
      if (this.#string() === undefined) throw new JsonFault('a JSON value');
    }
  }

  #members(path: readonly string[]): void {
    this.#space();
    if (this.#take('}')) return;
    do {
      this.#space();
      this.#member(path);
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) throw new JsonFault('a comma or }');
  }

  #member(path: readonly string[]): void {
    const start = this.at;
    const name = this.#string();
    if (name === undefined) throw new JsonFault('a name in double quotes');
    const here = [...path, name];
    if (this.offsets.has(pathId(here))) {
      this.at = start;
      throw new JsonFault('each name once in an object');
    }
    this.offsets.set(pathId(here), start);
    this.#space();
    if (!this.#take(':')) throw new JsonFault('a colon');
    this.#value(here);
  }

  #items(path: readonly string[]): void {
    this.#space();
    if (this.#take(']')) return;
    let index = 0;
    do {
      this.#value([...path, String(index)]);
      index += 1;
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) throw new JsonFault('a comma or ]');
  }

  #string(): string | undefined {
    const source = this.#match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    return source === undefined ? undefined : (JSON.parse(source) as string);
  }

  #space(): void {
    this.#match(/[ \t\n\r]*/y);
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text that was understood, or where and why it was not. Nothing of the text is repeated: it may hold secrets. */
export type ParsedText =
  | { readonly root: unknown; readonly positionOf: (path: readonly string[]) => Position | undefined }
  | { readonly expected: string; readonly got: string; readonly position: Position | undefined };

/** The line and column of an offset in a text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}

/** One word for a path, whatever characters its parts have. */
export function pathId(path: readonly string[]): string {
  return JSON.stringify(path);
}

import { convictFormat, type ConvictFunctions, type Verdict } from './convict-check';
import { type OwnFormat, ownFormat, textByDefault } from './formats';
import { type FormatShape, shapeOf } from './format-shape';
import { frozenCopy } from './frozen-copy';
import { type Format, type FormatFunction } from './setting';

/** A format, ready to convert and check values. */
export interface CompiledFormat extends FormatShape {
  /** What it takes, in words. */
  readonly expected: string;
  /** A flag of it may stand without a value. */
  readonly isBoolean: boolean;
  /**
   * Turns what a source said into a value of the format, frozen, or says what was expected.
   *
   * @param isText whether it comes from a source that knows nothing but text
   */
  readonly convert: (raw: unknown, isText: boolean) => Verdict;
}

/**
 * keelson converts, convict checks.
 *
 * @param fallback the default, which says how text is understood if the format is a function
 * @param functions asks convict about formats that are functions, keelson's own among them
 * @returns undefined when nobody knows the format
 */
export function compileFormat(
  format: Format,
  fallback: unknown,
  functions: ConvictFunctions,
): CompiledFormat | undefined {
  const converter = converterOf(format, fallback, functions);
  return converter && { ...converter, ...shapeOf(format) };
}

type Converter = Omit<CompiledFormat, keyof FormatShape>;

function converterOf(format: Format, fallback: unknown, functions: ConvictFunctions): Converter | undefined {
  const own = ownFormat(format);
  if (own !== undefined) return ofOwn(own, functions);
  if (typeof format === 'function') return ofFunction(format, fallback, functions);
  return typeof format === 'string' ? ofConvict(format) : undefined;
}

function ofOwn(own: OwnFormat, functions: ConvictFunctions): Converter {
  const check = functions.of((value) => {
    if (!own.accepts(value)) throw new TypeError(own.expected);
  });
  return {
    expected: own.expected,
    isBoolean: own.isBoolean ?? false,
    convert: (raw, isText) => {
      const meant = typeof raw === 'string' && (isText || own.textAnywhere) ? own.fromText(raw) : raw;
      return meant === undefined ? { refused: own.expected } : frozen(meant, check);
    },
  };
}

function ofFunction(format: FormatFunction, fallback: unknown, functions: ConvictFunctions): Converter {
  const expected = 'expected' in format && typeof format.expected === 'string' ? format.expected : 'a valid value';
  const fromText = textByDefault(fallback);
  const check = functions.of(format);
  return {
    expected,
    isBoolean: typeof fallback === 'boolean',
    convert: (raw, isText) => {
      const meant = typeof raw === 'string' && isText ? fromText(raw) : raw;
      return meant === undefined ? { refused: expected } : frozen(meant, check);
    },
  };
}

function ofConvict(name: string): Converter | undefined {
  const check = convictFormat(name);
  return check && { expected: `the format ${name}`, isBoolean: false, convert: (raw) => frozen(raw, check) };
}

/** Copied before the check, so that a format function cannot touch the original, and after it, for what convict made of it. */
function frozen(raw: unknown, check: (value: unknown) => Verdict): Verdict {
  const copy = frozenCopy(raw);
  if ('refused' in copy) return copy;
  const verdict = check(copy.value);
  return 'refused' in verdict || verdict.value === copy.value ? verdict : frozenCopy(verdict.value);
}

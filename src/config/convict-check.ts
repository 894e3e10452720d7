import convict from 'convict';
import { type FormatFunction } from './setting';
import { printable } from './show';

/** What convict says to a value: what became of it, or why it is refused. */
export type Verdict = { readonly value: unknown } | { readonly refused: string };

const longest = 240;

const isolated = { env: {}, args: [] };

/**
 * Asks convict whether values are of formats that are functions. Each is asked alone, because convict joins all its complaints into one text, values
 * included, and we must know whose is whose; all by one convict schema, because making one takes convict 0.2 ms, and a service has a hundred settings.
 */
export class ConvictFunctions {
  #setting: convict.Config<{ value: unknown }> | undefined;
  #check: FormatFunction = () => undefined;
  #complaint: unknown;

  /** Gives the question for one format. */
  of(check: FormatFunction): (value: unknown) => Verdict {
    return (value) => {
      this.#check = check;
      this.#complaint = undefined;
      this.#setting ??= convict(
        { value: { format: (box: unknown) => this.#ask(box), default: null as unknown, nullable: true } },
        isolated,
      );
      // The box keeps convict from looking for settings in what is one value.
      this.#setting.set('value', [value]);
      try {
        this.#setting.validate({ allowed: 'strict' });
        return { value };
      } catch {
        return { refused: expectedBy(this.#complaint) };
      }
    };
  }

  #ask(box: unknown): void {
    try {
      this.#check((box as [unknown])[0]);
    } catch (error) {
      this.#complaint = error;
      throw error instanceof Error ? error : new Error('refused');
    }
  }
}

/**
 * The same for a format that was added to convict, with the conversion that came with it.
 *
 * @returns undefined if convict does not know the name
 */
export function convictFormat(name: string): ((value: unknown) => Verdict) | undefined {
  if (name in Object.prototype || name === 'RegExp') return undefined;
  const schema = { value: { format: name, default: null as unknown, nullable: true } };
  let setting: convict.Config<{ value: unknown }>;
  try {
    setting = convict(schema, isolated);
  } catch {
    return undefined;
  }
  return (value) => {
    try {
      setting.set('value', value);
      setting.validate({ allowed: 'strict' });
      return { value: setting.get('value') };
    } catch (error) {
      return { refused: complaintOf(error, setting.get('value')) };
    }
  };
}

/** convict's text is `value: must be so: value was "that"`. */
function complaintOf(error: unknown, value: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const tail = `: value was ${JSON.stringify(value)}`;
  const start = text.startsWith('value: ') ? 'value: '.length : 0;
  return expectedBy(text.slice(start, text.endsWith(tail) ? -tail.length : undefined));
}

/** Checks complain that something must be so; reports say what was expected. */
function expectedBy(complaint: unknown): string {
  const text = complaint instanceof Error ? complaint.message : String(complaint);
  return printable(text.replace(/^must be /i, ''), longest);
}

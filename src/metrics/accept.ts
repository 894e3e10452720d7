import { type Format } from './text-format';

/** How well the Accept header likes one format. */
interface Liking {
  quality: number;
  /** 0 for a full wildcard, 1 for `type/*`, 2 when named, -1 when not mentioned. */
  precision: number;
  /** Where in the header it stands. */
  position: number;
}

/**
 * Chooses the format by the Accept header. OpenMetrics is for those who ask for it by name; everybody else, also a client that
 * accepts neither, gets text 0.0.4, which every tool reads.
 */
export function negotiate(accept: string | undefined): Format {
  if (accept === undefined || accept === '') return 'text';
  const text: Liking = { quality: 0, precision: -1, position: 0 };
  const open: Liking = { quality: 0, precision: -1, position: 0 };
  for (const [position, range] of accept.toLowerCase().split(',').entries()) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = qualityOf(parameters);
    weigh(text, precisionOf(type, parameters, 'text', 'text/plain', '0.0.4'), quality, position);
    weigh(
      open,
      precisionOf(type, parameters, 'application', 'application/openmetrics-text', '1.0.0'),
      quality,
      position,
    );
  }
  return prefersOpen(open, text) ? 'openmetrics' : 'text';
}

function prefersOpen(open: Liking, text: Liking): boolean {
  if (open.quality <= 0 || open.quality < text.quality) return false;
  if (open.quality > text.quality || open.precision > text.precision) return true;
  return open.precision === 2 && text.precision === 2 && open.position < text.position;
}

/** The most precise range decides; among equally precise ones the one with the highest quality. */
function weigh(liking: Liking, precision: number, quality: number, position: number): void {
  if (precision < 0 || precision < liking.precision || (precision === liking.precision && quality <= liking.quality))
    return;
  liking.quality = quality;
  liking.precision = precision;
  liking.position = position;
}

function precisionOf(
  type: string,
  parameters: readonly string[],
  group: string,
  name: string,
  version: string,
): number {
  if (type === '*/*') return 0;
  if (type === `${group}/*`) return 1;
  if (type !== name) return -1;
  const asked = parameter(parameters, 'version');
  return asked === undefined || asked === version ? 2 : -1;
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameter(parameters, 'q');
  if (text === undefined) return 1;
  const quality = Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}

function parameter(parameters: readonly string[], name: string): string | undefined {
  for (const part of parameters) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name)
      return part
        .slice(equals + 1)
        .trim()
        .replaceAll('"', '');
  }
  return undefined;
}

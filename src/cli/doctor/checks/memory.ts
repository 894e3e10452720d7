import { failed, passed, type Check } from '../contract';

/** A service that has done nothing yet and takes more has something to explain, in bytes. */
const muchBytes = 256 * 1_048_576;

export const memory: Check = {
  name: 'memory',
  title: 'takes little memory when it has started',
  limitMs: 5_000,
  run: async ({ shared }) => {
    const { rss } = (await shared()).facts;
    const figure = `${megabytes(rss)} resident`;
    if (rss <= muchBytes) return passed(figure);
    const remedy = 'Load big things when they are needed, and keep less of them; or accept this check with a reason.';
    return failed(`It takes more than ${megabytes(muchBytes)} before the first request.`, remedy, figure);
  },
};

export function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}

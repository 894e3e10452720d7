import { type Service } from 'keelson';
import { intBetween } from 'keelson/config';
import { z } from 'zod';

/** What customers think of a product, or that it is not known: the ratings service could not be asked, or made no sense. */
export type Rating =
  { readonly known: true; readonly stars: number; readonly votes: number } | { readonly known: false };

export interface Ratings {
  of(sku: string): Promise<Rating>;
}

const answer = z.object({ stars: z.number().min(0).max(5), votes: z.int().min(0) });

export const ratingsSettings = {
  url: {
    doc: 'Where ratings are asked for, or the name of the service in the registry',
    format: String,
    default: 'http://localhost:3001',
    env: 'RATINGS_URL',
  },
  timeoutMs: {
    doc: 'How long a product waits for its rating, a second attempt included, in ms',
    format: intBetween(10, 10_000),
    default: 600,
    env: 'RATINGS_TIMEOUT_MS',
  },
};

/** The values of these settings. */
export interface RatingsOptions {
  readonly url: string;
  readonly timeoutMs: number;
}

/** A product without its rating is better than none, so nothing here fails, and nothing takes long. */
export function createRatings({ url, timeoutMs }: RatingsOptions, service: Pick<Service, 'client' | 'log'>): Ratings {
  const ratings = service.client(url, {
    attemptTimeoutMs: Math.ceil(timeoutMs / 2),
    timeoutMs,
    fallback: () => undefined,
  });
  return {
    async of(sku) {
      const given = await ratings.get(`/ratings/${encodeURIComponent(sku)}`);
      if (given === undefined) return { known: false };
      const { data, error } = answer.safeParse(given);
      if (data !== undefined) return { known: true, ...data };
      service.log.warn('ratings answered nonsense', { sku, error });
      return { known: false };
    },
  };
}

import { type ServiceOptions } from 'keelson';

/** What a service is made from, beside its settings: a transport of its own, for tests and the demonstration. */
export type MessagingParts = ServiceOptions['messaging'];

/** A setting of those who subscribe. */
export const retryDelaysMs = {
  doc: 'Delays after which a failed event is handled again, in ms; then it goes to the dead letters',
  format: (value: unknown) => {
    // From the environment come texts.
    if (!Array.isArray(value) || !value.every((delay) => Number.isInteger(Number(delay)) && Number(delay) >= 1))
      throw new TypeError('a list of whole numbers, 1 or more');
  },
  default: [1_000, 5_000, 30_000, 120_000],
  env: 'RETRY_DELAYS_MS',
};

/** The ladder of a subscription, from the setting. */
export function ladder(delaysMs: readonly unknown[]) {
  return { delaysMs: delaysMs.map(Number) };
}

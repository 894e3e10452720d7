import { createService, isKeelsonError, KeelsonError } from 'keelson';
import { invoiceDue, type InvoiceDue } from './invoice-due';

/** Makes the service without starting it, so that tests and tools can have one too. */
export function createReminders(settings: Record<string, unknown> = {}) {
  const service = createService({
    name: 'reminders',
    config: {
      mailUrl: {
        doc: 'Where the mail provider is',
        format: 'url',
        default: 'http://localhost:8025',
        env: 'MAIL_URL',
      },
      retryDelaysMs: {
        doc: 'Delays after which a reminder that failed is sent again, in ms; then it goes to the dead letters',
        format: (value: unknown) => {
          // From the environment come texts.
          if (!Array.isArray(value) || !value.every((delay) => Number.isInteger(Number(delay)) && Number(delay) >= 1))
            throw new TypeError('a list of whole numbers, 1 or more');
        },
        default: [1_000, 10_000, 60_000, 600_000],
        env: 'RETRY_DELAYS_MS',
      },
    },
    settings,
  });
  // The subscription repeats, with longer pauses: attempts of both would multiply. And while the provider is away nothing is taken, see below: no breaker is needed.
  const mail = service.client(service.config.get('mailUrl'), { retry: false, breaker: false });
  const sent = service.metrics.counter({ name: 'reminders_total', help: 'Reminders sent.' });

  async function remind({ invoice, email, dueOn, cents }: InvoiceDue, signal: AbortSignal): Promise<void> {
    const text = `Please pay ${(cents / 100).toFixed(2)} for ${invoice} by ${dueOn}.`;
    // An event may come again. The provider sends one mail for each key, so doing it twice is as good as once; that is also what allows to try again when no answer came.
    // Encoded, as a header takes no other letters than those of ASCII, and accounting may number its invoices as it likes.
    const headers = { 'idempotency-key': `${encodeURIComponent(invoice)}/${dueOn}` };
    try {
      await mail.post('/mails', { to: email, text }, { headers, idempotent: true, signal });
    } catch (error) {
      if (!isKeelsonError(error, 'HTTP_STATUS') || error.details['status'] !== 422) throw error;
      // The provider knows no such address, and will not know it in an hour: no repetition, but the dead letters, where somebody can correct it.
      throw new KeelsonError('ADDRESS_REFUSED', `The provider refuses the address for ${invoice}.`, {
        retryable: false,
        cause: error,
      });
    }
  }

  service.messaging.subscribe(
    invoiceDue,
    async ({ data, attempt, signal }) => {
      await remind(data, signal);
      sent.inc();
      service.log.info('reminded', { invoice: data.invoice, attempt });
    },
    { concurrency: 10, retry: { delaysMs: service.config.get('retryDelaysMs').map(Number) }, timeoutMs: 30_000 },
  );

  // Who is not ready takes no messages: while the provider is away they wait in the queue and use up no attempts. Nobody calls this service, so readiness is free for that.
  service.health.check(
    'mail',
    async (signal) => {
      await mail.get('/healthz', { signal });
    },
    { group: 'readiness' },
  );

  return service;
}

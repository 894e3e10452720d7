import { createService, KeelsonError } from 'keelson';

/** Makes the service without starting it, so that tests and tools can have one too. */
export function createGreeter(settings: Record<string, unknown> = {}) {
  const service = createService({
    name: 'greeter',
    config: {
      greeting: { doc: 'Said to every visitor', format: String, default: 'hello', env: 'GREETING' },
      limit: {
        doc: 'Visitors greeted before a rest is needed',
        format: 'nat',
        default: 1_000_000,
        env: 'GREETING_LIMIT',
      },
    },
    settings,
  });

  const greeted = service.metrics.counter({ name: 'greetings_total', help: 'Visitors greeted.' });
  let visitors = 0;

  service.app.get('/hello/:name', (req, res) => {
    visitors += 1;
    greeted.inc();
    service.log.info('greeting', { visitor: req.params.name });
    res.json({ message: `${service.config.get('greeting')} ${req.params.name}` });
  });

  service.app.get('/fail', () => {
    throw new KeelsonError('NO_GREETING', 'There is no greeting today.', { status: 409, retryable: false });
  });

  service.health.check('rested', () => {
    const limit = service.config.get('limit');
    return { status: visitors < limit ? 'UP' : 'DOWN', details: { visitors, limit } };
  });

  return service;
}

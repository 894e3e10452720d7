import { KeelsonError } from '../core';
import { type Service } from '../service';
import { type CliContext } from './command';
import { namesService } from './load-service';

/**
 * The addresses of the broker: `--url`, else AMQP_URL, else what the service in the folder has as messaging.url.
 *
 * @param service if it is loaded already
 * @throws START_FAILED if there are none, or what loading the service throws
 */
export async function brokerUrl(
  given: string | undefined,
  context: Pick<CliContext, 'env' | 'cwd' | 'load'>,
  service?: Service,
): Promise<readonly string[]> {
  const said = split(given ?? context.env['AMQP_URL'] ?? '');
  if (said.length > 0) return said;
  const known = service ?? (namesService(context.cwd) ? await quietly(context) : undefined);
  const configured = known?.config.get('messaging.url') as readonly string[] | undefined;
  if (configured !== undefined && configured.length > 0) return configured;
  const message = 'No broker is known: give --url amqp://user:password@host, or set AMQP_URL.';
  throw new KeelsonError('START_FAILED', message, { retryable: false });
}

/** The service of the folder. What it logs while it is made must not stand in the command's own output. */
export function quietly({ cwd, load }: Pick<CliContext, 'cwd' | 'load'>): Promise<Service> {
  return load(cwd, { log: { level: 'error' } });
}

function split(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

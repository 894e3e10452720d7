/** Where a broker is and who asks. */
export interface Address {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
  /** For logs and people: without the credentials. */
  readonly shown: string;
}

/**
 * Reads `amqp://user:password@host:5672/vhost`; amqps is TLS. Nothing that is not valid may be shown, as it may hold a password.
 *
 * @returns undefined if it is none
 */
export function addressOf(text: unknown): Address | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const secure = url.protocol === 'amqps:';
  if ((!secure && url.protocol !== 'amqp:') || url.hostname === '') return undefined;
  const [user, password, vhost] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === undefined || password === undefined || vhost === undefined) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 5671 : 5672) : Number(url.port);
  const anonymous = url.username === '' && url.password === '';
  return {
    secure,
    host,
    port,
    user: anonymous ? 'guest' : user,
    password: anonymous ? 'guest' : password,
    vhost: vhost === '' ? '/' : vhost,
    shown: `${url.protocol}//${url.hostname}:${port}${vhost === '' ? '' : `/${url.pathname.slice(1)}`}`,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

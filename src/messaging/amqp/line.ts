import { connect, type ChannelModel } from 'amqplib';
import { KeelsonError } from '../../core';
import { type Address } from './address';
import { type ResolvedOptions } from './options';

/** A connection that stands. */
export interface Line {
  readonly model: ChannelModel;
  /** What came from the broker so far, in bytes; undefined if that cannot be told. */
  received(): number | undefined;
  /** Cuts it, without a word to the broker. */
  cut(): void;
}

/**
 * Connects once, within `connectTimeoutMs`.
 *
 * @param name what the broker's management shows
 * @throws what amqplib throws; CONNECTION_FAILED when time is up or the signal aborts
 */
export async function openLine(
  address: Address,
  name: string,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<Line> {
  // The socket's own signal is the only handle on it while amqplib connects.
  const socket = new AbortController();
  const cut = (): void => socket.abort();
  let late = false;
  const timer = options.clock.after(options.connectTimeoutMs, () => {
    late = true;
    cut();
  });
  signal.addEventListener('abort', cut, { once: true });
  try {
    const model = await connect(target(address, options.heartbeatMs), settings(address, name, options, socket.signal));
    return { model, received: () => received(model), cut };
  } catch (error) {
    if (!late && !signal.aborted) throw refusedHost(error, address) ?? error;
    const what = late ? `did not answer within ${options.connectTimeoutMs} ms` : 'was not waited for';
    throw new KeelsonError('CONNECTION_FAILED', `The broker ${what}.`, { retryable: true, cause: error });
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', cut);
  }
}

/** amqplib says only that the broker closed the connection in place of opening its virtual host, and not what the broker gave as the reason. */
function refusedHost(error: unknown, { vhost, user }: Address): KeelsonError | undefined {
  if (!(error instanceof Error && /Expected ConnectionOpenOk; got <?ConnectionClose/.test(error.message)))
    return undefined;
  const message = `The broker refused the virtual host ${vhost} to the user ${user}: it does not exist, this user may not use it, or it has too many connections.`;
  return new KeelsonError('CONNECTION_FAILED', message, { retryable: true, cause: error });
}

// As an object: an address as a text could show up in an error with its password.
function target(address: Address, heartbeatMs: number): Parameters<typeof connect>[0] {
  return {
    protocol: address.secure ? 'amqps' : 'amqp',
    hostname: address.host,
    port: address.port,
    username: address.user,
    password: address.password,
    vhost: encodeURIComponent(address.vhost),
    heartbeat: heartbeatMs / 1_000,
  };
}

function settings(
  address: Address,
  name: string,
  options: ResolvedOptions,
  signal: AbortSignal,
): Parameters<typeof connect>[1] {
  const common = {
    noDelay: true,
    keepAlive: true,
    signal,
    clientProperties: { connection_name: name, product: 'keelson' },
  };
  return address.secure ? { ...options.tls, ...common } : common;
}

/** amqplib does not say so in its types: the stream of a connection is its socket. */
function received(model: ChannelModel): number | undefined {
  const { stream } = model.connection as { stream?: { bytesRead?: unknown } };
  return typeof stream?.bytesRead === 'number' ? stream.bytesRead : undefined;
}

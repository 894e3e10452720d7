import { Resolver } from 'node:dns/promises';
import { KeelsonError, within, type Clock } from '../core';
import { makeInstance } from './instance';
import { type Instance } from './contract';

/** What is asked about a service. */
export interface DnsQuestion {
  readonly service: string;
  /** The whole name, without the dot at its end. */
  readonly name: string;
  /** The port of all instances: then addresses are asked for. Undefined: SRV records, which have the ports. */
  readonly port: number | undefined;
  readonly secure: boolean;
}

/** How it is asked. */
export interface DnsLimits {
  readonly clock: Clock;
  /** For all of a question, in milliseconds. */
  readonly timeoutMs: number;
  /** Undefined: those of the machine, read again each time. */
  readonly servers?: readonly string[] | undefined;
}

/**
 * Asks once, past the machine's hosts file and search list.
 *
 * @returns none where the name or its records do not exist
 * @throws what node:dns says when no server gives a good answer; TIMEOUT; nothing of it goes on when it has settled
 */
export async function lookUp(
  question: DnsQuestion,
  limits: DnsLimits,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  // A resolver of its own for each question, so that it can be cancelled alone. A packet that is lost is sent again at half time.
  const resolver = new Resolver({ timeout: Math.ceil(limits.timeoutMs / 2), tries: 2 });
  if (limits.servers !== undefined) resolver.setServers(limits.servers);
  const work = question.port === undefined ? bySrv(resolver, question) : byAddress(resolver, question, question.port);
  const late = (): Error =>
    new KeelsonError('TIMEOUT', `DNS did not answer for ${question.name} within ${limits.timeoutMs} ms.`, {
      retryable: true,
    });
  try {
    return await within(limits.clock, limits.timeoutMs, work, late, signal);
  } finally {
    resolver.cancel();
  }
}

/** Instances of the best priority only: the others are for when those are gone. */
async function bySrv(resolver: Resolver, { service, name, secure }: DnsQuestion): Promise<readonly Instance[]> {
  const records = await orNone(resolver.resolveSrv(name));
  // A dot alone says that the service is decidedly not there.
  const there = records.filter((record) => record.name !== '' && record.name !== '.');
  const best = Math.min(...there.map(({ priority }) => priority));
  const used = there.filter(({ priority }) => priority === best);
  return used.map((record) =>
    // Weight 0 is common where weights are not meant; beside others it is to get little, not nothing.
    makeInstance({
      service,
      host: record.name.replace(/\.$/, ''),
      port: record.port,
      weight: Math.max(1, record.weight),
      secure,
    }),
  );
}

/** IPv4 addresses; IPv6 ones where there is no other, because an instance with both would count twice. */
async function byAddress(
  resolver: Resolver,
  { service, name, secure }: DnsQuestion,
  port: number,
): Promise<readonly Instance[]> {
  const four = await orNone(resolver.resolve4(name));
  const hosts = four.length > 0 ? four : await orNone(resolver.resolve6(name));
  return hosts.map((host) => makeInstance({ service, host, port, secure }));
}

async function orNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}

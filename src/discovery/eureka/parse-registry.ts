import { KeelsonError } from '../../core';
import { fromInstanceInfo, type ListedInstance } from './instance-info';

/** A registry's answer, checked. */
export interface ParsedRegistry {
  /** Each instance once, whatever its status. */
  readonly listed: readonly ListedInstance[];
  /** Entries that cannot be called, such as instances without a port. */
  readonly skipped: number;
}

/**
 * Checks the decoded answer to `GET apps`. An empty registry is an answer; what is not a registry is none. Where a list has one member, servers send the
 * member.
 *
 * @throws PAYLOAD_INVALID for anything that is no registry
 */
export function parseRegistry(registry: unknown): ParsedRegistry {
  const applications = member(registry, 'applications');
  if (typeof applications !== 'object' || applications === null || Array.isArray(applications))
    throw new KeelsonError('PAYLOAD_INVALID', 'The registry sent something that is not a registry.', {
      retryable: false,
    });
  const listed = new Map<string, ListedInstance>();
  let skipped = 0;
  for (const app of listOf(member(applications, 'application')))
    for (const info of listOf(member(app, 'instance'))) {
      const one = fromInstanceInfo(info, member(app, 'name'));
      if (one === undefined) skipped += 1;
      else listed.set(`${one.instance.service}/${one.instance.id}`, one);
    }
  return { listed: [...listed.values()], skipped };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

import { type Clock, type Timer } from '../../core';

const everyMs = 1_000;

/**
 * Calls `silent` once nothing came for two heartbeats. amqplib watches too, but in steps of one heartbeat, and so takes up to three. Looks are counted, not
 * time: a process that itself stood still for a while must not blame the broker.
 */
export function watchSilence(
  clock: Clock,
  heartbeatMs: number,
  received: () => number | undefined,
  silent: () => void,
): Timer {
  let last = received();
  let looks = 0;
  const timer = clock.every(everyMs, () => {
    const now = received();
    looks = now === undefined || now !== last ? 0 : looks + 1;
    last = now;
    if (looks * everyMs < 2 * heartbeatMs) return;
    timer.cancel();
    silent();
  });
  return timer;
}

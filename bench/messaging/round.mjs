// One variant's turn: its queue is made and filled, it is measured, and the broker is asked whether that is what happened.
import { setTimeout as sleep } from 'node:timers/promises';
import { inChild } from './child.mjs';
import { defaultFiller } from './cases.mjs';

const warmMessages = 8_000;
/** Drained in each second that is asked for, so that the fast ones have something to do. */
const perSecond = 20_000;
const settleMs = 200;

const jobOf = (kind, { peer, make, queue, options, traced }, { url, type, brokerPid, collector }) => ({
  kind,
  brokerPid,
  peer,
  make,
  options: { ...options, url, queue, type, ...(traced && { collector }) },
});

async function publish(variant, at, seconds, admin) {
  const found = await inChild({ ...jobOf('publish', variant, at), seconds }, at.signal);
  await admin.expect(variant.queue, found.sent);
  return found;
}

async function consume(variant, at, seconds, admin) {
  const count = Math.round(perSecond * seconds);
  const total = count + warmMessages;
  const filler = { ...(variant.filledBy ?? defaultFiller), queue: variant.queue };
  await inChild({ ...jobOf('fill', filler, at), count: total }, at.signal);
  await admin.expect(variant.queue, total);
  await sleep(settleMs);
  const found = await inChild({ ...jobOf('consume', variant, at), count, total }, at.signal);
  await admin.expect(variant.queue, 0);
  return found;
}

const withQueue = (work) => async (variant, at, seconds, admin) => {
  const { queue, declares = false, leaves = [] } = variant;
  await admin.remove(queue);
  if (!declares) await admin.declare(queue, at.type);
  try {
    return await work(variant, at, seconds, admin);
  } finally {
    for (const name of [queue, ...leaves]) await admin.remove(name);
    await sleep(settleMs);
  }
};

const plain = (kind) => (variant, at, seconds) => inChild({ ...jobOf(kind, variant, at), seconds }, at.signal);

/** The peers' queues for requests end with their connections; those that last must not keep their type. */
const request = (variant, ...rest) =>
  (variant.declares ? withQueue : (work) => work)(plain('request'))(variant, ...rest);

export const turns = {
  publish: withQueue(publish),
  consume: withQueue(consume),
  request,
  memory: plain('memory'),
};

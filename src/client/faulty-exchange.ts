import { faultError, type Fault, type WorkSpan, markFault } from '../core';
import { type Call } from '../resilience';
import { type Incoming, type Outgoing } from './exchange';
import { connectionFailed } from './failures';

/** An attempt that meets a fault on purpose: what happens to it in place of `send`, or before. */
export async function faultyExchange(
  fault: Fault<'client'>,
  span: WorkSpan,
  call: Call,
  outgoing: Outgoing,
  send: () => Promise<Incoming>,
): Promise<Incoming> {
  markFault(span, fault);
  if (fault.delayMs > 0) await passed(call, fault.delayMs);
  const { kind } = fault;
  switch (kind) {
    case 'delay':
      return send();
    case 'status':
      return answer(fault);
    case 'refuse':
      throw broken('ECONNREFUSED', false, outgoing);
    case 'reset':
      throw broken('ECONNRESET', true, outgoing);
    case 'hang':
      return givenUp(call);
    default:
      return kind satisfies never;
  }
}

/** @throws what the call was given up with, if that is sooner */
function passed(call: Call, ms: number): Promise<void> {
  return new Promise((resolve, reject: (reason: Error) => void) => {
    const timer = call.clock.after(ms, resolve, true);
    call.onAbort((reason) => {
      timer.cancel();
      reject(reason as Error);
    });
  });
}

function givenUp(call: Call): Promise<never> {
  return new Promise((_resolve, reject: (reason: Error) => void) => call.onAbort((reason) => reject(reason as Error)));
}

/** What the network would say. After `sent` nobody knows whether the other side has done it. */
function broken(code: string, sent: boolean, { idempotent }: Outgoing): Error {
  const error = Object.assign(new Error(`${code}, injected on purpose`), { code });
  return connectionFailed(error, { sent, answered: false, idempotent });
}

/** A problem document, as another service of the chassis would send. */
function answer(fault: Fault<'client'>): Incoming {
  const { code, message, status } = faultError(fault);
  const problem = { type: 'about:blank', title: message, status, code };
  const headers = { 'content-type': 'application/problem+json' };
  return { status, headers, body: Buffer.from(JSON.stringify(problem)) };
}

import { type IncomingMessage, type ServerResponse } from 'node:http';
import { faultError, markFault, type Clock, type Fault, type FaultSource } from '../core';
import { type Exchange } from './exchange';
import { type KeelsonResponse } from './response';

type App = (req: IncomingMessage, res: ServerResponse) => void;

/** Stands before express, where faults are injected: what is hit is late, answered, cut or left alone. The operational endpoints do not come by here. */
export function faultyApp(app: App, faults: FaultSource<'http'>, clock: Clock): App {
  return (req, res) => {
    const exchange = (res as KeelsonResponse).exchange as Exchange;
    const { method = '', headers } = req;
    const fault = faults.draw({ method, path: exchange.path, headers });
    if (fault === undefined) return app(req, res);
    markFault(exchange.span, fault);
    const inject = (): void => carryOut(fault, exchange, () => app(req, res));
    if (fault.delayMs === 0) return inject();
    const timer = clock.after(fault.delayMs, () => {
      // Its deadline may have passed, or its caller be gone: an answer behind another on its connection is not told of that by `close`.
      if (!exchange.overruled && !exchange.aborted) inject();
    });
    res.once('close', () => timer.cancel());
  };
}

function carryOut(fault: Fault<'http'>, exchange: Exchange, goOn: () => void): void {
  const { kind } = fault;
  switch (kind) {
    case 'delay':
      return goOn();
    case 'status':
      return exchange.answer(faultError(fault));
    case 'reset':
      return reset(exchange);
    case 'hang':
      return; // until its deadline, or until the client has had enough
    default:
      return kind satisfies never;
  }
}

/** As a process does that dies: TLS has no such end, so there the connection is only cut. */
function reset({ req: { socket } }: Exchange): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

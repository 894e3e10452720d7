import { IncomingMessage } from 'node:http';
import { hasBody } from './linger';

/** Node's own way of being done with a request that nobody read; its types do not list it. */
const { _dump: dump } = IncomingMessage.prototype as unknown as { _dump: (this: IncomingMessage) => void };

/** What node keeps about a readable stream, as far as it says that the stream is over. */
interface Over {
  endEmitted: boolean;
  destroyed: boolean;
  closed: boolean;
  closeEmitted: boolean;
}

/** Makes a request class: one for each app, since its prototype will be that of the app. */
export function requestClass(): typeof IncomingMessage {
  /**
   * Node drains each request when its answer is out, also one that never had a body: seven entries in the task queue, for events that
   * nobody listens to. Without a body and without listeners that is left out, and the request says of itself what it would say afterwards.
   */
  return class KeelsonRequest extends IncomingMessage {
    _dump(): void {
      if (!this.complete || hasBody(this) || isHeard(this)) return dump.call(this);
      const state = (this as unknown as { _readableState: Over })._readableState;
      state.endEmitted = true;
      state.destroyed = true;
      state.closed = true;
      state.closeEmitted = true;
    }
  };
}

/** Does anybody listen to an event that draining would emit? `eventNames()` would say so at once, and slowly. */
function isHeard(req: IncomingMessage): boolean {
  return (
    req.listenerCount('end') > 0 ||
    req.listenerCount('close') > 0 ||
    req.listenerCount('readable') > 0 ||
    req.listenerCount('data') > 0 ||
    req.listenerCount('resume') > 0
  );
}

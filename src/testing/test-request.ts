/** A request of a test, as `fetch` takes it. */
export interface TestRequest extends Omit<RequestInit, 'body' | 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is sent. */
  readonly body?: NonNullable<RequestInit['body']>;
  /** Sent as JSON; the method is then POST unless another one is given. */
  readonly json?: unknown;
}

/** How long an answer may take, in real milliseconds. */
const limitMs = 10_000;

/** @throws what fetch throws; TimeoutError after 10 s */
export function sendRequest(url: string, path: string, request: TestRequest = {}): Promise<Response> {
  const { json, headers, signal, ...rest } = request;
  const limit = AbortSignal.timeout(limitMs);
  return fetch(new URL(path, url), {
    ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
    ...rest,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    signal: signal === undefined || signal === null ? limit : AbortSignal.any([signal, limit]),
  });
}

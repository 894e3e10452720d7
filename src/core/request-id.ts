const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;

/** Is this a request id that can go into logs and headers as it is? */
export function isRequestId(text: unknown): text is string {
  return typeof text === 'string' && wellFormed.test(text);
}

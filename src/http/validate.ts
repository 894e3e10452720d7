import { type NextFunction, type Request, type Response } from 'express';
import { KeelsonError, pointerOf, type StandardSchema } from '../core';

/** Schemas for the parts of a request, each optional. */
export interface RequestSchemas<B, Q, P> {
  /** Of the parsed body; what is wrong with it is answered 422. */
  body?: StandardSchema<B>;
  /** Of the query; what is wrong with it is answered 400. */
  query?: StandardSchema<Q>;
  /** Of the path's parameters; what is wrong with them is answered 400. */
  params?: StandardSchema<P>;
}

/** One invalid field, as the problem document lists it. */
export interface FieldError {
  /** JSON Pointer within its part of the request. */
  readonly pointer: string;
  readonly in: 'body' | 'query' | 'params';
  readonly detail: string;
}

type Part = FieldError['in'];

/**
 * An express handler that says nothing of query and parameters where it has no schema for them (`unknown`), so that they keep the types which express finds by
 * itself: the parameters those of the route's path. A body without a schema is `unknown`.
 */
export type RequestGuard<B, Q, P> = (
  req: { body: B } & (unknown extends Q ? object : { query: Q }) & (unknown extends P ? object : { params: P }),
  res: Response,
  next: NextFunction,
) => Promise<void>;

/** As many fields are listed; a body of 100 kB can have fifty thousand that are wrong. */
const mostListed = 100;

/**
 * A guard for a route: checks params, query and body against Standard Schemas (zod, valibot, arktype, ...) and puts the schemas' results,
 * coerced and with defaults, in their place, typed.
 *
 * Answers with problem+json when something is wrong, listing every field: 400 for params and query, 422 for the body.
 */
export function validate<B = unknown, Q = unknown, P = unknown>(
  schemas: RequestSchemas<B, Q, P>,
): RequestGuard<B, Q, P> {
  const parts = (['params', 'query', 'body'] as const).filter((part) => schemas[part] !== undefined);
  return async function validateRequest(req: object, _res: Response, next: NextFunction): Promise<void> {
    let errors: FieldError[] = [];
    for (const part of parts) {
      errors = errors.concat(await check(req as Request, part, schemas[part] as StandardSchema));
    }
    if (errors.length === 0) return next();
    const status = errors.every((error) => error.in === 'body') ? 422 : 400;
    const message = `The request has ${errors.length === 1 ? 'an invalid field' : `${errors.length} invalid fields`}.`;
    const listed = errors.slice(0, mostListed);
    next(new KeelsonError('PAYLOAD_INVALID', message, { retryable: false, status, details: { errors: listed } }));
  };
}

async function check(req: Request, part: Part, schema: StandardSchema): Promise<FieldError[]> {
  const result = await schema['~standard'].validate(req[part]);
  if (result.issues !== undefined) {
    // The specification: issues are a failure, even where a schema cannot say which.
    const issues = result.issues.length === 0 ? [{ message: 'not valid' }] : result.issues;
    return issues.map((issue) => ({ pointer: pointerOf(issue), in: part, detail: issue.message }));
  }
  // express's req.query is a getter on the prototype: only an own property can take its place
  Object.defineProperty(req, part, { value: result.value, writable: true, configurable: true, enumerable: true });
  return [];
}

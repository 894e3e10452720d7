import { type Request as ExpressRequest } from 'express';
import { isKeelsonError } from '../../src/core';
import { type SchemaIssue, type StandardSchema } from '../../src/core';
import { validate, type FieldError } from '../../src/http';
import { problemIn, start, stopAll } from './support/running';

afterEach(stopAll);

/** A schema from a function that gives a value or issues. */
function schema<Output>(
  check: (
    value: unknown,
  ) => { value: Output } | { issues: SchemaIssue[] } | Promise<{ value: Output } | { issues: SchemaIssue[] }>,
): StandardSchema<Output> {
  return { '~standard': { version: 1, vendor: 'test', validate: (value) => check(value) } };
}

const order = schema<{ amount: number; note: string }>((value) => {
  const { amount, note = 'none' } = (value ?? {}) as { amount?: unknown; note?: string };
  const issues: SchemaIssue[] = [];
  if (typeof amount !== 'number') issues.push({ message: 'Expected a number', path: ['amount'] });
  if (note.length > 5) issues.push({ message: 'Too long', path: [{ key: 'note' }] });
  return issues.length > 0 ? { issues } : { value: { amount: amount as number, note } };
});
const page = schema<{ page: number }>((value) => {
  const number = Number((value as { page?: string }).page ?? '1');
  return Number.isInteger(number)
    ? { value: { page: number } }
    : { issues: [{ message: 'Expected a whole number', path: ['page'] }] };
});
const id = schema<{ id: number }>((value) => {
  const number = Number((value as { id: string }).id);
  return Number.isNaN(number)
    ? { issues: [{ message: 'Expected a number', path: ['id'] }] }
    : { value: { id: number } };
});

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

test('puts what the schemas made of the request in its place', async () => {
  const { url } = await start((app) =>
    app.post('/orders/:id', validate({ body: order, query: page, params: id }), (req, res) => {
      req.query.page += 1; // the property is the request's own now, and may be changed
      res.json({ body: req.body, query: req.query, params: req.params });
    }),
  );
  expect(await (await post(`${url}/orders/7?page=2`, { amount: 3 })).json()).toEqual({
    body: { amount: 3, note: 'none' },
    query: { page: 3 },
    params: { id: 7 },
  });
});

test('a wrong body is a 422 that names every field', async () => {
  const { url, log } = await start((app) => app.post('/', validate({ body: order }), (_req, res) => void res.end()));
  const problem = await problemIn(await post(url, { amount: 'x', note: 'far too long' }));
  expect(problem).toMatchObject({
    status: 422,
    code: 'PAYLOAD_INVALID',
    detail: 'The request has 2 invalid fields.',
    errors: [
      { pointer: '/amount', in: 'body', detail: 'Expected a number' },
      { pointer: '/note', in: 'body', detail: 'Too long' },
    ] satisfies FieldError[],
  });
  expect(log.lines).toEqual([]);
  expect(await problemIn(await fetch(url, { method: 'POST' }))).toMatchObject({ status: 422 });
});

test.each([
  ['/x?page=1', { amount: 1 }, ['params']],
  ['/7?page=x', { amount: 1 }, ['query']],
  ['/x?page=x', { amount: 1 }, ['params', 'query']],
  ['/x?page=x', {}, ['params', 'query', 'body']],
])('with something wrong outside of the body (%s) it is a 400, and all is named', async (path, body, parts) => {
  const { url } = await start((app) =>
    app.post('/:id', validate({ body: order, query: page, params: id }), (_req, res) => void res.end()),
  );
  const problem = await problemIn(await post(url + path, body));
  expect(problem.status).toBe(400);
  expect((problem['errors'] as FieldError[]).map((error) => error.in)).toEqual(parts);
});

test('a schema may take its time', async () => {
  const { url } = await start((app) =>
    app.post(
      '/',
      validate({
        body: schema<string[]>(async (value) => {
          await new Promise((resolve) => setImmediate(resolve));
          return Array.isArray(value) ? { value: ['later'] } : { issues: [{ message: 'Expected a list' }] };
        }),
      }),
      (req, res) => void res.json(req.body),
    ),
  );
  expect(await (await post(url, [])).json()).toEqual(['later']);
  expect(await problemIn(await post(url, {}))).toMatchObject({
    status: 422,
    errors: [{ pointer: '', detail: 'Expected a list' }],
  });
});

test.each<[string, () => never | Promise<never>]>([
  [
    'throws',
    () => {
      throw new Error('inside');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('inside');
    },
  ],
  ['answers nonsense', () => undefined as never],
])('a schema that %s is an error of the service', async (_how, check) => {
  const handler = jest.fn();
  const { url, log } = await start((app) => app.post('/', validate({ body: schema(check) }), handler));
  const problem = await problemIn(await post(url, {}));
  expect(problem).toMatchObject({ status: 500, code: 'INTERNAL' });
  expect(JSON.stringify(problem)).not.toContain('inside');
  expect(log.messages('error')).toEqual(['request failed']);
  expect(handler).not.toHaveBeenCalled();
});

test('issues are a failure even where there is none in the list', async () => {
  const handler = jest.fn();
  const { url } = await start((app) => app.post('/', validate({ body: schema(() => ({ issues: [] })) }), handler));
  expect(await problemIn(await post(url, {}))).toMatchObject({
    status: 422,
    errors: [{ pointer: '', in: 'body', detail: 'not valid' }],
  });
  expect(handler).not.toHaveBeenCalled();
});

test('a hundred fields are listed of however many there are', async () => {
  const many = schema((value) => ({ issues: (value as unknown[]).map((_, i) => ({ message: 'wrong', path: [i] })) }));
  const { url } = await start((app) => app.post('/', validate({ body: many }), (_req, res) => void res.end()), {
    options: { bodyLimit: 1_000_000 },
  });
  const problem = await problemIn(await post(url, Array<number>(200_000).fill(0)));
  expect(problem.detail).toBe('The request has 200000 invalid fields.');
  expect(problem['errors']).toHaveLength(100);
});

test('without a schema everything is let through', async () => {
  const { url } = await start((app) => app.post('/', validate({}), (req, res) => void res.json(req.body)));
  expect(await (await post(url, { a: 1 })).json()).toEqual({ a: 1 });
});

test('an error handler of the service’s own sees the fields', async () => {
  const seen: unknown[] = [];
  const { url } = await start((app) => {
    app.post('/', validate({ body: order }), (_req, res) => void res.end());
    app.use((error: unknown, _req: unknown, _res: unknown, next: (error: unknown) => void) => {
      if (isKeelsonError(error, 'PAYLOAD_INVALID')) seen.push(error.details['errors'], error.retryable);
      next(error);
    });
  });
  await post(url, {});
  expect(seen).toEqual([[{ pointer: '/amount', in: 'body', detail: 'Expected a number' }], false]);
});

// What follows is checked by the compiler: `Same` is true only for two types that are the same.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** A handler whose request's parts have these types, and no wider or narrower ones. */
type Sees<R, B, Q, P> = R extends { body: infer RB; query: infer RQ; params: infer RP }
  ? [Same<RB, B>, Same<RQ, Q>, Same<RP, P>] extends [true, true, true]
    ? true
    : false
  : false;
const holds = (proof: true): true => proof;

test('handlers behind it are typed by the schemas', async () => {
  const { app } = await start();
  type Plain = ExpressRequest;
  app.post('/orders/:id', validate({ body: order, query: page, params: id }), (req, res) => {
    const proof: Sees<typeof req, { amount: number; note: string }, { page: number }, { id: number }> = true;
    res.json([holds(proof), req.body.amount, req.query.page, req.params.id]);
  });
  app.post('/orders/:id', validate({ body: order }), (req, res) => {
    const proof: Sees<typeof req, { amount: number; note: string }, Plain['query'], { id: string }> = true;
    res.json([holds(proof), req.body.note]);
  });
  app.get('/orders/:id', validate({ query: page }), (req, res) => {
    const proof: Sees<typeof req, unknown, { page: number }, { id: string }> = true;
    res.json([holds(proof), req.query.page]);
  });
  app.route('/orders/:id').put(validate({ query: page }), validate({ body: order }), (req, res) => {
    const proof: Sees<typeof req, { amount: number; note: string }, { page: number }, { id: string }> = true;
    res.json([holds(proof), req.query.page]);
  });
  app.use(validate({ query: page }));
  const guard = validate({ params: id });
  const proof: Same<Parameters<typeof guard>[0]['params'], { id: number }> = true;
  expect([holds(proof), guard.length]).toEqual([true, 3]); // an express handler, not an error handler
});

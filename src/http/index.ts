export { type Application } from 'express';
export { type Exchange } from './exchange';
export { type Operation, type OperationReply, type OperationRequest } from './fast-paths';
export { createHttp, type Addresses, type Http, type HttpParts } from './http';
export { type AccessLine, type AccessLog } from './observe';
export { httpDefaults, resolveHttpOptions, type HttpOptions, type ResolvedHttpOptions } from './options';
export { problemOf, type Problem } from './problem';
export { validate, type FieldError, type RequestGuard, type RequestSchemas } from './validate';

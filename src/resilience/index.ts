export { type Attempt, type Call } from './call';
export { backoffDefaults, type BackoffOptions } from './backoff';
export { fallback, type FailedCall, type FallbackOptions } from './fallback';
export { type NamedOptions } from './named';
export { pipeline, pipelineWith, type PipelineTools, type Pipeline, type RunOptions } from './pipeline';
export { type AddedBy, type Policy } from './policy';
export { retry, retryDefaults, type FailedAttempt, type RetryOptions } from './retry';
export { retryBudget, retryBudgetDefaults, type RetryBudget, type RetryBudgetOptions } from './retry-budget';
export { timeout, type TimeoutOptions } from './timeout';

export { bulkhead, bulkheadDefaults, type Bulkhead, type BulkheadOptions } from './bulkhead';
export { circuitBreaker, type CircuitBreaker } from './circuit-breaker';
export { circuitBreakerDefaults, type CircuitBreakerOptions } from './circuit-breaker-options';
export { type BreakerChange, type BreakerEvent, type BreakerState } from './circuit-breaker-state';
export { rateLimit, rateLimitDefaults, type RateLimitOptions } from './rate-limit';
export { type Attempt, type Call } from './call';
export { pipeline, pipelineWith, type PipelineTools, type Pipeline, type RunOptions } from './pipeline';
export { type AddedBy, type Policy } from './policy';
export { timeout, type TimeoutOptions } from './timeout';

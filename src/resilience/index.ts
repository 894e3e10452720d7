export { type Attempt, type Call } from './call';
export { pipeline, pipelineWith, type PipelineTools, type Pipeline, type RunOptions } from './pipeline';
export { type AddedBy, type Policy } from './policy';
export { timeout, type TimeoutOptions } from './timeout';

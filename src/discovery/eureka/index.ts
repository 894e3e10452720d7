export { createEurekaRegistry } from './eureka-registry';
export { type EurekaOptions } from './options';

export { intBetween, numberBetween } from './between';
export {
  type Config,
  type ConfigProblem,
  type RemoteSource,
  type SettingDescription,
  type SourcedValue,
} from './config';
export { containerLimits, type ContainerLimits } from './container-limits';
export { configDefaults, createConfig, type ConfigOptions } from './create-config';
export { type JsonSchema } from './format-shape';
export { nearestVersion } from './nearest-version';
export { type Environment } from './read-environment';
export { readTextFile, type TextFile } from './read-text-file';
export {
  type BoundedFormat,
  type Format,
  type FormatFunction,
  type FormatName,
  type Literal,
  type Setting,
  type SettingsSchema,
} from './setting';
export { type ConfigPath, type ConfigValues, type MergedValues, type SchemaPart, type ValueAt } from './values';

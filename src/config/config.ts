import { type JsonSchema } from './format-shape';
import { type ConfigPath, type ValueAt } from './values';

/** A value that a source gave. Masked if the setting is sensitive. */
export interface SourcedValue {
  /** Which source, in words: `environment variable PORT`, `file config/default.json:3:5`. */
  readonly source: string;
  readonly value: unknown;
}

/** All that is known of one setting. */
export interface SettingDescription {
  /** Dotted path. */
  readonly key: string;
  /** The value in force, `******` if it is sensitive, undefined if it has none. */
  readonly value: unknown;
  /** The source of that value, in words; `default`, or undefined if it has none. */
  readonly winner: string | undefined;
  /** What lower sources said, highest first. */
  readonly losers: readonly SourcedValue[];
  /** The environment variable that sets it, if there is one. */
  readonly env: string | undefined;
  readonly doc: string;
  /** What sort of value it is, in one word: the name of its format, `enum`, or `custom` where a function decides. */
  readonly type: string;
  /** What it takes, in words. */
  readonly format: string;
  /** `******` if it is sensitive. */
  readonly default: unknown;
  readonly sensitive: boolean;
  readonly required: boolean;
}

/** Settings from elsewhere, loaded when the service starts. */
export interface RemoteSource {
  /** Names it in errors and descriptions. */
  readonly name: string;
  /** Answers with a tree of settings. Texts in it may stand for numbers and booleans, as in the environment. Has to give up when the signal aborts. */
  load(signal: AbortSignal): Promise<unknown>;
}

/** What is wrong with one setting. Values of sensitive settings are masked. */
export interface ConfigProblem {
  /** The setting, or the name of the file when it is wrong as a whole. */
  readonly key: string;
  /** Where the wrong thing is, in words. */
  readonly source: string;
  readonly expected: string;
  readonly got: string;
  /** All of it in one line, with what to do. */
  readonly message: string;
}

/** The settings of a service, merged from all sources and valid as a whole. */
export interface Config<V = Readonly<Record<string, unknown>>> {
  /**
   * The value of a setting, or of a group as a frozen object.
   *
   * @throws NOT_STARTED while only a remote source can give it and none was asked yet; CONFIG_INVALID when there is no such setting
   */
  get<P extends ConfigPath<V>>(path: P): ValueAt<V, P>;
  /** Is there such a setting and has it a value (null is one)? A group has one. */
  has(path: string): boolean;
  /** Every setting, by key, with where its value comes from. */
  describe(): readonly SettingDescription[];
  /** The JSON Schema (draft 2020-12) of a configuration file, for editors: every setting that a file may give, without the defaults of secrets. */
  jsonSchema(): JsonSchema;
  /**
   * Calls when the value of a setting, or of any setting in a group, has changed.
   *
   * @returns what ends it
   */
  onChange<P extends ConfigPath<V>>(
    path: P,
    listener: (value: ValueAt<V, P>, previous: ValueAt<V, P> | undefined) => void,
  ): () => void;
  /**
   * Asks the remote sources and takes over what they say, if the whole is valid with it; if not, everything stays as it was.
   *
   * @throws CONFIG_INVALID, with the failure as `cause` and `retryable` when a source did not answer
   */
  loadRemote(signal: AbortSignal): Promise<void>;
  /** The texts of all sensitive values there are, also of those that lost, and the passwords in URLs among them: for masking in logs. They may be short. */
  secrets(): readonly string[];
}

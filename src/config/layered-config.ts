import { isDeepStrictEqual } from 'node:util';
import { KeelsonError } from '../core';
import { type Config, type RemoteSource, type SettingDescription } from './config';
import { describeSettings } from './describe';
import { fileSchema } from './file-schema';
import { type JsonSchema } from './format-shape';
import { type KnownSettings } from './known-settings';
import { type Layer } from './layer';
import { loadSources, type RemoteLoading } from './load-remote';
import { nearest } from './nearest';
import { Problems } from './problems';
import { sensitiveTexts } from './sensitive-texts';
import { mergeLayers, type Snapshot } from './snapshot';
import { printable } from './show';
import { refuseWhere } from './where';

/** What a {@link LayeredConfig} is made from. */
export interface LayeredConfigParts {
  readonly known: KnownSettings;
  /** Layers that remote sources win over, lowest first. */
  readonly below: readonly Layer[];
  /** Layers that win over remote sources, lowest first. */
  readonly above: readonly Layer[];
  readonly remote: readonly RemoteSource[];
  readonly loading: RemoteLoading;
}

type Listener = (value: unknown, previous: unknown) => void;

/** The configuration of one service: layers that stay, remote ones that come later, and the snapshot made from both. */
export class LayeredConfig implements Omit<Config, 'get' | 'onChange'> {
  readonly #parts: LayeredConfigParts;
  readonly #listeners = new Set<{ path: string; listener: Listener }>();
  #snapshot: Snapshot;
  /** Asked for with every log line, so it is kept: frozen, which tells that it cannot have changed. */
  #secrets: { readonly of: Snapshot; readonly texts: readonly string[] } | undefined;
  /** The loading before, so that one takes effect after the other. */
  #last: Promise<void> = Promise.resolve();

  /** @param problems gets what is wrong; the caller throws */
  constructor(parts: LayeredConfigParts, problems: Problems) {
    this.#parts = parts;
    this.#snapshot = this.#merge([], parts.remote.length > 0, problems);
  }

  /** See {@link Config}, which has the types of the values; so for onChange. */
  get(path: string): unknown {
    const value = this.#snapshot.values.get(path);
    if (value === undefined || this.#snapshot.pending.size > 0) this.#requirePresent(path);
    return value;
  }

  has(path: string): boolean {
    return this.#snapshot.values.get(path) !== undefined;
  }

  describe(): readonly SettingDescription[] {
    return describeSettings(this.#parts.known, this.#snapshot);
  }

  jsonSchema(): JsonSchema {
    return fileSchema(this.#parts.known);
  }

  secrets(): readonly string[] {
    if (this.#secrets?.of !== this.#snapshot) {
      const texts = Object.freeze(sensitiveTexts(this.#parts.known, this.#snapshot));
      this.#secrets = { of: this.#snapshot, texts };
    }
    return this.#secrets.texts;
  }

  onChange(path: string, listener: Listener): () => void {
    this.#requireKnown(path);
    const entry = { path, listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  async loadRemote(signal: AbortSignal): Promise<void> {
    const before = this.#last;
    const loading = this.#load(signal, before);
    this.#last = loading.catch(() => undefined);
    await loading;
  }

  async #load(signal: AbortSignal, before: Promise<void>): Promise<void> {
    await before;
    const { known, remote, loading } = this.#parts;
    if (remote.length === 0) return;
    const problems = new Problems();
    const layers = await loadSources(known, remote, loading, signal, problems);
    refuseWhere(layers, problems);
    const next = this.#merge(layers, false, problems);
    problems.throwIfAny();
    const previous = this.#snapshot;
    this.#snapshot = next;
    this.#tell(previous, next);
  }

  #merge(remote: readonly Layer[], isWaiting: boolean, problems: Problems): Snapshot {
    const { known, below, above } = this.#parts;
    return mergeLayers(known, [...below, ...remote, ...above], isWaiting, problems);
  }

  /** Every listener is called, also when one before it threw. */
  #tell(previous: Snapshot, next: Snapshot): void {
    const failures: unknown[] = [];
    for (const { path, listener } of [...this.#listeners]) {
      const before = previous.values.get(path);
      const after = next.values.get(path);
      if (isDeepStrictEqual(before, after)) continue;
      try {
        listener(after, before);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length === 0) return;
    throw new KeelsonError('INTERNAL', 'The configuration has changed, but a listener failed', {
      retryable: false,
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures),
    });
  }

  #requirePresent(path: string): void {
    this.#requireKnown(path);
    if (!this.#snapshot.pending.has(path)) return;
    const names = this.#parts.remote.map(({ name }) => name).join(', ');
    throw new KeelsonError(
      'NOT_STARTED',
      `${path} may come from ${names}, which is asked when the service starts. Read it after start().`,
      { retryable: true, details: { key: path } },
    );
  }

  #requireKnown(path: string): void {
    const { values } = this.#snapshot;
    if (values.has(path)) return;
    const near = nearest(path, values.keys());
    const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
    throw new KeelsonError('CONFIG_INVALID', `There is no setting "${printable(path)}".${hint}`, { retryable: false });
  }
}

import { type Instance, type InstancesListener, type Snapshot } from './contract';
import { type Doubt, type HoldRule, judge } from './hold';
import { updated } from './instance';

const nobody: readonly Instance[] = Object.freeze([]);

/** Before the first answer. */
export const nothingKnown: Snapshot = Object.freeze({ instances: nobody, confirmedAt: undefined });

/** What an answer came to. */
export interface Taken {
  readonly changed: boolean;
  /** `first`: it is the first doubted one in a row. */
  readonly news: 'believed' | 'doubted first' | 'doubted' | 'resigned';
}

/** What is known of one service, and who wants to hear of it. */
export class KnownService {
  readonly name: string;
  readonly askedAt: number;
  readonly listeners = new Set<{ readonly tell: InstancesListener; told: boolean }>();
  /** Called once at the first answer. */
  readonly waiting = new Set<() => void>();
  #snapshot = nothingKnown;
  #doubt: Doubt | undefined;

  constructor(name: string, askedAt: number) {
    this.name = name;
    this.askedAt = askedAt;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get doubted(): boolean {
    return this.#doubt !== undefined;
  }

  /** How old what is known is, in milliseconds; before the first answer: for how long it is waited for. */
  ageMs(now: number): number {
    return Math.max(0, now - (this.#snapshot.confirmedAt ?? this.askedAt));
  }

  /** Takes a good answer. While it is doubted, who is gone stays; who is new is believed all the same. */
  take(answered: readonly Instance[], now: number, rule: HoldRule | undefined): Taken {
    const known = this.#snapshot.instances;
    const judgement = rule === undefined ? undefined : judge(known.length, answered.length, now, this.#doubt, rule);
    const before = this.#doubt;
    this.#doubt = judgement?.kind === 'doubted' ? judgement.doubt : undefined;
    const doubted = this.#doubt !== undefined;
    const instances = updated(known, answered, () => doubted);
    const confirmedAt = doubted ? this.#snapshot.confirmedAt : now;
    this.#snapshot = Object.freeze({ instances, confirmedAt });
    const kind = judgement?.kind ?? 'believed';
    return {
      changed: instances !== known,
      news: kind === 'doubted' && before === undefined ? 'doubted first' : kind,
    };
  }
}

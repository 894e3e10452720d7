import { type Clock, KeelsonError, type LogLevel, longestDelayMs, type Timer } from '../core';

/** How much each level weighs: a line is written when its level weighs no less than its logger's. */
export const levelWeight: Readonly<Record<LogLevel, number>> = Object.freeze({ debug: 0, info: 1, warn: 2, error: 3 });

/** The name of the logger that all others inherit from. */
export const rootName = 'root';

/** Names come from code, but code may make them from input: beyond this many, loggers share their parent's level. */
const maxLoggers = 1_000;
const longestName = 100;

/** One logger as /loggers shows it. */
export interface LoggerLevel {
  /** `root`, or the name given to `named()`; parts are joined by dots. */
  readonly name: string;
  /** Its own level; undefined: inherited. */
  readonly configured: LogLevel | undefined;
  /** The level in force. */
  readonly effective: LogLevel;
  /** When the level falls back to what it was, as ISO text. Absent: it stays. */
  readonly revertsAt?: string;
}

/** The levels of all loggers, changeable while the service runs. */
export interface LevelControl {
  /** All loggers, `root` first, then by name. */
  list(): LoggerLevel[];
  /**
   * Sets a logger's level; `undefined` makes it inherit again (the root: fall back to the level that the service started with).
   *
   * @param revertAfterMs milliseconds, 1 to 2,147,483,647, after which the level is again what it was before
   * @throws KeelsonError BAD_REQUEST for an unknown level or a bad time, NOT_FOUND for an unknown logger
   */
  set(name: string, level: string | undefined, revertAfterMs?: number): void;
}

/** What a logger compares with on each line: one field read, kept up to date from above. */
export class LevelNode {
  configured: LogLevel | undefined;
  effective: LogLevel;
  /** Weight of the effective level. */
  threshold: number;
  revert: { readonly timer: Timer; readonly at: number; readonly to: LogLevel | undefined } | undefined;
  readonly children: LevelNode[] = [];

  constructor(
    readonly name: string,
    inherited: LogLevel,
  ) {
    this.effective = inherited;
    this.threshold = levelWeight[inherited];
  }
}

/** Loggers by name: `db.pool` inherits from `db`, `db` from the root. */
export class LevelTree implements LevelControl {
  readonly root: LevelNode;
  readonly #initial: LogLevel;
  readonly #clock: Clock;
  readonly #nodes = new Map<string, LevelNode>();

  constructor(level: LogLevel, clock: Clock) {
    this.#initial = level;
    this.#clock = clock;
    this.root = new LevelNode(rootName, level);
    this.root.configured = level;
    this.#nodes.set(rootName, this.root);
  }

  /** The node of a name; it and its parents come into being with the first question. */
  node(name: string): LevelNode {
    const short = name.slice(0, longestName);
    const known = this.#nodes.get(short);
    if (known !== undefined) return known;
    const dot = short.lastIndexOf('.');
    const parent = dot > 0 ? this.node(short.slice(0, dot)) : this.root;
    if (short === '' || this.#nodes.size >= maxLoggers) return parent;
    const node = new LevelNode(short, parent.effective);
    parent.children.push(node);
    this.#nodes.set(short, node);
    return node;
  }

  list(): LoggerLevel[] {
    const nodes = [...this.#nodes.values()].sort((a, b) => {
      if (a === this.root || b === this.root) return a === this.root ? -1 : 1;
      return a.name < b.name ? -1 : 1;
    });
    return nodes.map(({ name, configured, effective, revert }) => ({
      name,
      configured,
      effective,
      ...(revert === undefined ? {} : { revertsAt: new Date(revert.at).toISOString() }),
    }));
  }

  set(name: string, level: string | undefined, revertAfterMs?: number): void {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new KeelsonError('NOT_FOUND', `There is no logger "${name}"`, { retryable: false });
    const next = checkedLevel(level);
    if (revertAfterMs !== undefined) checkDelay(revertAfterMs);
    // A second change for a time does not make the first one's level the one to go back to.
    const before = node.revert === undefined ? node.configured : node.revert.to;
    this.#endRevert(node);
    this.#apply(node, next);
    if (revertAfterMs === undefined) return;
    const timer = this.#clock.after(revertAfterMs, () => this.#revert(node));
    node.revert = { timer, at: this.#clock.wall() + revertAfterMs, to: before };
  }

  /** Lets what was set for a time fall back at once, and stops the timers. */
  close(): void {
    for (const node of this.#nodes.values()) this.#revert(node);
  }

  #revert(node: LevelNode): void {
    const revert = node.revert;
    if (revert === undefined) return;
    this.#endRevert(node);
    this.#apply(node, revert.to);
  }

  #endRevert(node: LevelNode): void {
    node.revert?.timer.cancel();
    node.revert = undefined;
  }

  #apply(node: LevelNode, level: LogLevel | undefined): void {
    node.configured = node === this.root ? (level ?? this.#initial) : level;
    this.#spread(node, node.configured ?? this.#parentOf(node).effective);
  }

  #spread(node: LevelNode, effective: LogLevel): void {
    node.effective = effective;
    node.threshold = levelWeight[effective];
    for (const child of node.children) if (child.configured === undefined) this.#spread(child, effective);
  }

  #parentOf(node: LevelNode): LevelNode {
    const dot = node.name.lastIndexOf('.');
    return (dot > 0 ? this.#nodes.get(node.name.slice(0, dot)) : undefined) ?? this.root;
  }
}

/** Is this one of the four levels? */
export function isLogLevel(level: unknown): level is LogLevel {
  return typeof level === 'string' && Object.hasOwn(levelWeight, level);
}

function checkedLevel(level: unknown): LogLevel | undefined {
  if (level === undefined || isLogLevel(level)) return level;
  const known = Object.keys(levelWeight).join(', ');
  throw new KeelsonError('BAD_REQUEST', `There is no such log level; the levels are ${known}`, { retryable: false });
}

function checkDelay(ms: number): void {
  if (Number.isFinite(ms) && ms >= 1 && ms <= longestDelayMs) return;
  throw new KeelsonError('BAD_REQUEST', `A level reverts after 1 to ${longestDelayMs} milliseconds`, {
    retryable: false,
  });
}

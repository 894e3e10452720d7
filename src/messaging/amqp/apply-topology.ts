import { type Channel, type ChannelModel } from 'amqplib';
import { KeelsonError } from '../../core';
import { declareOne, isDeclaredOtherwise, refusalOf } from './declare';
import { resolveOptions, type AmqpOptions } from './options';
import { closeToolLine, openToolLine } from './tool-line';
import { type Declaration } from './topology';

/** What became of a declaration. */
export interface AppliedDeclaration {
  readonly declaration: Declaration;
  /**
   * `made`: it was not there; `there`: it was, the same; `bound`: a binding between two that were there, which AMQP cannot be asked for; `missing`: it is not
   * there, and was only looked for; `refused`: it is there and otherwise, or may not be declared.
   */
  readonly state: 'made' | 'there' | 'bound' | 'missing' | 'refused';
  /** Why it was refused, and what to do. */
  readonly error: Error | undefined;
}

/**
 * Declares these on a connection of its own, for tools: so that a group's queue is there before the first event. With `declare: false` it only looks. What is
 * refused is told as such, and does not keep the others from being declared.
 *
 * @throws CONFIG_INVALID for options that are not valid; CONNECTION_FAILED if no broker answers, or the connection is lost
 */
export async function applyTopology(
  declarations: readonly Declaration[],
  options: AmqpOptions,
  signal?: AbortSignal,
): Promise<readonly AppliedDeclaration[]> {
  const resolved = resolveOptions(options);
  const line = await openToolLine(resolved, 'topology', signal);
  try {
    return await applyOn(line.model, declarations, resolved.declare);
  } finally {
    await closeToolLine(line, resolved);
  }
}

/** The same on a connection that stands. */
export async function applyOn(
  model: ChannelModel,
  declarations: readonly Declaration[],
  declare: boolean,
): Promise<readonly AppliedDeclaration[]> {
  const applying = new Applying(model, declare);
  const applied: AppliedDeclaration[] = [];
  for (const one of declarations) applied.push(await applying.apply(one));
  return applied;
}

type State = AppliedDeclaration['state'];

class Applying {
  readonly #model: ChannelModel;
  readonly #declare: boolean;
  readonly #states = new Map<string, State>();
  #channel: Channel | undefined;

  constructor(model: ChannelModel, declare: boolean) {
    this.#model = model;
    this.#declare = declare;
  }

  async apply(declaration: Declaration): Promise<AppliedDeclaration> {
    let error: Error | undefined;
    const state = await this.#state(declaration).catch((thrown: Error): State => {
      error = refusalOf(declaration, thrown);
      if (error === undefined) throw lost(thrown);
      return 'refused';
    });
    if (declaration.kind !== 'binding') this.#states.set(`${declaration.kind} ${declaration.name}`, state);
    return { declaration, state, error };
  }

  async #state(one: Declaration): Promise<State> {
    if (one.kind === 'binding') return this.#bind(one);
    const there = await this.#isThere(one);
    if (!this.#declare) return there ? 'there' : 'missing';
    try {
      await this.#on((channel) => declareOne(channel, one, true));
    } catch (error) {
      // Who came first decided what it is.
      if (one.kind === 'queue' && one.shared && isDeclaredOtherwise(error)) return 'there';
      throw error;
    }
    return there ? 'there' : 'made';
  }

  async #bind(one: Declaration & { kind: 'binding' }): Promise<State> {
    const ends = [`queue ${one.queue}`, `exchange ${one.exchange}`].map((key) => this.#states.get(key));
    if (!this.#declare) return ends.includes('missing') ? 'missing' : 'bound';
    await this.#on((channel) => declareOne(channel, one, true));
    return ends.includes('made') ? 'made' : 'bound';
  }

  async #isThere(one: Declaration): Promise<boolean> {
    try {
      await this.#on((channel) => declareOne(channel, one, false));
      return true;
    } catch (error) {
      if ((error as { code?: unknown }).code === 404) return false;
      throw error;
    }
  }

  /** A refusal closes the channel: the next question has another. */
  async #on(ask: (channel: Channel) => Promise<void>): Promise<void> {
    const channel = this.#channel ?? (await this.#open());
    this.#channel = channel;
    try {
      await ask(channel);
    } catch (error) {
      this.#channel = undefined;
      throw error;
    }
  }

  async #open(): Promise<Channel> {
    const channel = await this.#model.createChannel();
    channel.on('error', () => undefined);
    return channel;
  }
}

function lost(cause: Error): KeelsonError {
  const message = `The connection to the broker was lost (${cause.message}).`;
  return new KeelsonError('CONNECTION_FAILED', message, { retryable: true, cause });
}

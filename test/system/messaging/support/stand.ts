import { connect, type Channel, type ChannelModel } from 'amqplib';
import { type Transport } from '../../../../src/messaging';
import { amqpTransport, type AmqpOptions } from '../../../../src/messaging/amqp';
import { startRabbitMq, type RabbitMq } from '../../support/rabbitmq';

/** A broker for one file of tests, transports that are stopped after them, and an operator's own connection. */
export class Stand {
  readonly #transports: Transport[] = [];
  readonly #models: ChannelModel[] = [];
  #rabbit: Promise<RabbitMq> | undefined;

  rabbit(): Promise<RabbitMq> {
    this.#rabbit ??= startRabbitMq();
    return this.#rabbit;
  }

  /** Makes transports, not started. Whoever makes them stops them. */
  async maker(options: Partial<AmqpOptions> = {}): Promise<() => Transport> {
    const { url } = await this.rabbit();
    return () => amqpTransport({ url, ...options });
  }

  /** Not started. */
  async transport(options: Partial<AmqpOptions> = {}): Promise<Transport> {
    const transport = amqpTransport({ url: (await this.rabbit()).url, ...options });
    this.#transports.push(transport);
    return transport;
  }

  async started(options: Partial<AmqpOptions> = {}): Promise<Transport> {
    const transport = await this.transport(options);
    await transport.start();
    return transport;
  }

  /** What somebody does behind keelson's back. */
  async operator(): Promise<Channel> {
    const model = await connect((await this.rabbit()).url);
    this.#models.push(model);
    model.on('error', () => undefined);
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    return channel;
  }

  async end(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.stop()));
    await Promise.all(this.#models.map((model) => model.close().catch(() => undefined)));
    await (await this.#rabbit)?.stop();
  }
}

/** The code and details of what a promise rejects with; 'resolved' if it does not. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'resolved',
    (error: { code: string; details?: { outcome?: string } }) =>
      error.details?.outcome === undefined ? error.code : `${error.code} ${error.details.outcome}`,
  );
}

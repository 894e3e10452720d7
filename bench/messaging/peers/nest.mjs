// NestJS 12: ClientRMQ and a microservice on ServerRMQ, on amqp-connection-manager. Plain JavaScript: decorators are applied by hand.
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientRMQ, Ctx, EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { windowed } from '../loops.mjs';
import { order } from '../order.mjs';

const shared = (url, queue) => ({ urls: [url], queue, socketOptions: { connectionOptions: { noDelay: true } } });

/** The service's queue is declared before, by the one who knows its type. */
const existing = { noAssert: true, persistent: true };

async function client(url, queue, options) {
  const made = new ClientRMQ({ ...shared(url, queue), ...options });
  // Its lines about connecting go to the standard output.
  made.logger.log = () => undefined;
  await made.connect();
  return made;
}

async function listen(controller, url, queue, options) {
  class App {}
  Module({ controllers: [controller] })(App);
  const app = await NestFactory.createMicroservice(App, {
    transport: Transport.RMQ,
    options: { ...shared(url, queue), ...options },
    logger: false,
  });
  await app.listen();
  return app;
}

export async function publish({ url, queue, window }) {
  const made = await client(url, queue, existing);
  return windowed(window, () => lastValueFrom(made.emit('order.placed', order), { defaultValue: undefined }));
}

export async function consume({ url, queue, prefetch, seen }) {
  class Orders {
    placed(data, context) {
      seen(data);
      context.getChannelRef().ack(context.getMessage());
    }
  }
  EventPattern('order.placed')(Orders.prototype, 'placed', Object.getOwnPropertyDescriptor(Orders.prototype, 'placed'));
  Payload()(Orders.prototype, 'placed', 0);
  Ctx()(Orders.prototype, 'placed', 1);
  Controller()(Orders);
  const app = await listen(Orders, url, queue, { ...existing, noAck: false, prefetchCount: prefetch });
  return () => app.close();
}

export async function request({ url, queue }) {
  class Orders {
    check(data) {
      return data;
    }
  }
  MessagePattern('order.check')(Orders.prototype, 'check', Object.getOwnPropertyDescriptor(Orders.prototype, 'check'));
  Payload()(Orders.prototype, 'check', 0);
  Controller()(Orders);
  const options = { queueOptions: { durable: false, autoDelete: true }, prefetchCount: 100 };
  await listen(Orders, url, queue, options);
  const made = await client(url, queue, options);
  return () => lastValueFrom(made.send('order.check', order));
}

// NestJS on its default platform, with its JSON logger, prom-client and OpenTelemetry. Plain JavaScript: decorators are applied by hand.
import 'reflect-metadata';
import '../../support/otel.cjs';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { ConsoleLogger, Controller, Get, Injectable, Module, Param } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import prom from 'prom-client';
import { tap } from 'rxjs';

prom.collectDefaultMetrics();
const duration = new prom.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Duration of requests.',
  labelNames: ['method', 'route', 'status'],
});
const logger = new ConsoleLogger('http', { json: true, colors: false });
const context = new AsyncLocalStorage();

class HelloController {
  hello(name) {
    return { message: `hello ${name}` };
  }

  livez() {
    return { status: 'UP' };
  }
}
const method = (name) => Object.getOwnPropertyDescriptor(HelloController.prototype, name);
Get('hello/:name')(HelloController.prototype, 'hello', method('hello'));
Param('name')(HelloController.prototype, 'hello', 0);
Get('livez')(HelloController.prototype, 'livez', method('livez'));
Controller()(HelloController);

class ObserveInterceptor {
  intercept(execution, next) {
    const http = execution.switchToHttp();
    const [req, res] = [http.getRequest(), http.getResponse()];
    const begun = performance.now();
    return next.handle().pipe(
      tap(() => {
        const durationMs = performance.now() - begun;
        const fields = {
          method: req.method,
          path: req.path,
          route: req.route.path,
          status: res.statusCode,
          durationMs,
        };
        logger.log({ message: 'request', requestId: req.id, ...fields });
        duration.observe({ method: req.method, route: req.route.path, status: res.statusCode }, durationMs / 1000);
      }),
    );
  }
}
Injectable()(ObserveInterceptor);

class AppModule {}
Module({ controllers: [HelloController] })(AppModule);

const app = await NestFactory.create(AppModule, { logger });
app.use((req, res, next) => {
  req.id = req.headers['x-request-id'] ?? randomUUID();
  res.setHeader('x-request-id', req.id);
  context.run({ requestId: req.id }, next);
});
app.useGlobalInterceptors(new ObserveInterceptor());
await app.listen(Number(process.env.PORT), '127.0.0.1');

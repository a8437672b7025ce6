import { type INestMicroservice, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Bus, BusExceptionFilter, NatsTransport } from '@tessera/messaging';
import { type Logger, type Metrics, nestLogger } from '@tessera/observability';

/** In-flight items above which a process answers `overloaded` (decision 12). */
const INFLIGHT_MAX = 512;
/** Milliseconds a drain waits for what is in flight. */
const GRACE_MS = 25_000;

/** Makes a Nest module answer on the bus. Subscribing is the last step of a start: a queue group sends work at once. */
export async function serveBus(
  module: Type | DynamicModule,
  context: { readonly bus: Bus; readonly logger: Logger; readonly metrics: Metrics },
): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice(module, {
    strategy: new NatsTransport(context.bus, {
      inflightMax: INFLIGHT_MAX,
      graceMs: GRACE_MS,
      logger: context.logger,
      metrics: context.metrics,
    }),
    logger: nestLogger(context.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new BusExceptionFilter());
  await app.listen();
  return app;
}

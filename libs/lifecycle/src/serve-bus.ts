import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import type { Bus } from '@tessera/messaging/calling';
import { type Logger, type Metrics, nestLogger } from '@tessera/observability';

/**
 * Makes a Nest module answer on the bus. Subscribing is the last step of a start: a queue group sends work at once. Nest is
 * loaded here and not before, because it is a third of the memory of a process, and the worker answers nothing.
 */
export async function serveBus(
  module: Type | DynamicModule,
  context: { readonly bus: Bus; readonly logger: Logger; readonly metrics: Metrics },
): Promise<INestMicroservice> {
  const [{ NestFactory }, { BusExceptionFilter, NatsTransport }] = await Promise.all([import('@nestjs/core'), import('@tessera/messaging')]);
  const app = await NestFactory.createMicroservice(module, {
    strategy: new NatsTransport(context.bus, { logger: context.logger, metrics: context.metrics }),
    logger: nestLogger(context.logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new BusExceptionFilter());
  await app.listen();
  return app;
}

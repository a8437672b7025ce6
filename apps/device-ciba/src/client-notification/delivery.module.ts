import { type DynamicModule, Module } from '@nestjs/common';
import { DeliveryDesk } from '@tessera/protocol/delivery';
import { DeliveryServer } from './delivery.server.js';

/** Deliveries of this service. */
@Module({ controllers: [DeliveryServer] })
export class DeliveryModule {}

/** Deliveries of this service, with the desk that has them. */
export function deliveryModule(desk: DeliveryDesk): DynamicModule {
  return { module: DeliveryModule, providers: [{ provide: DeliveryDesk, useValue: desk }] };
}

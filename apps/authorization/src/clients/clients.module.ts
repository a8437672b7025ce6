import { type DynamicModule, Module } from '@nestjs/common';
import { ClientsServer } from './clients.server.js';
import { PrismaClientListing } from './prisma-client-listing.js';
import { SecretRotation } from './secret-rotation.js';

/** Administration of single clients. */
@Module({ controllers: [ClientsServer] })
export class ClientsModule {}

/** Administration of single clients, with what it needs bound to it. */
export function clientsModule(listing: PrismaClientListing, rotation: SecretRotation): DynamicModule {
  const providers = [
    { provide: PrismaClientListing, useValue: listing },
    { provide: SecretRotation, useValue: rotation },
  ];
  return { module: ClientsModule, providers };
}

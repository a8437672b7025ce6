import { Controller, Inject } from '@nestjs/common';
import { GetClient, ListClients, RotateClientSecret } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { PrismaClientListing } from './prisma-client-listing.js';
import { SecretRotation } from './secret-rotation.js';

/** Administration of single clients (decision 17). */
@Controller()
export class ClientsServer {
  constructor(
    @Inject(PrismaClientListing) private readonly listing: PrismaClientListing,
    @Inject(SecretRotation) private readonly rotation: SecretRotation,
  ) {}

  @Serves(ListClients)
  list({ after, limit }: z.output<typeof ListClients.request>) {
    return this.listing.page(after, limit);
  }

  @Serves(GetClient)
  async get({ clientId }: z.output<typeof GetClient.request>) {
    return { client: await this.listing.find(clientId) };
  }

  @Serves(RotateClientSecret)
  rotate(command: z.output<typeof RotateClientSecret.request>) {
    return this.rotation.rotate(command);
  }
}

import { Controller, Inject } from '@nestjs/common';
import { RefreshClientKeySet } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { ClientId } from '@tessera/vocabulary';
import { KeySetFetching } from './key-set-fetching.js';

/** Key sets of clients, for the services without egress (decision 8). */
@Controller()
export class ClientKeySetServer {
  constructor(@Inject(KeySetFetching) private readonly fetching: KeySetFetching) {}

  @Serves(RefreshClientKeySet)
  async refresh({ clientId }: { clientId: ClientId }) {
    const { outcome } = await this.fetching.refresh(clientId);
    return { outcome };
  }
}

import type { ClientMetadata } from '@tessera/protocol/client';

/** The registered clients, as every process of this provider knows them (decision 4). */
export interface RegisteredClients {
  /** Null when there is none. @throws {Outage} when it cannot be known. */
  client(clientId: string): Promise<ClientMetadata | null>;
}

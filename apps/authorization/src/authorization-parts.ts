import type { Queries } from '@tessera/database';
import type { OwnerClient } from '@tessera/database/prisma';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import type { OutboundHttp } from '@tessera/outbound-http';
import type { KeyPurpose, SealingKey } from '@tessera/protocol/key-lease';
import type { Clock } from '@tessera/vocabulary';
import { AdministrationTurns, ChangeNews } from './administration/index.js';
import type { AuthorizationParts } from './authorization.module.js';
import { KeySetFetching, OutboundKeySetSource, SqlClientKeySets } from './client-key-set/index.js';
import { LeasedSecretSeals, type OpeningKeys, SecretResealing } from './client-secrets/index.js';
import { PrismaClientListing, SecretRotation } from './clients/index.js';
import { DeclarationApplying } from './declaration/index.js';
import { Upkeep } from './upkeep/index.js';

/** What this service stands on. */
export interface AuthorizationFoundation {
  readonly queries: Queries;
  readonly prisma: OwnerClient<'authorization'>;
  readonly services: Pick<ServiceClient, 'publish'>;
  readonly http: Pick<OutboundHttp, 'send'>;
  readonly lease: OpeningKeys & { renewNow(): void };
  readonly publishedKeys: { sealingKey(purpose: KeyPurpose): SealingKey; refreshNow(): void };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Binds the features of this service to what it stands on. */
export function authorizationParts(on: AuthorizationFoundation): AuthorizationParts & { readonly upkeep: Upkeep } {
  const { queries, services, lease, publishedKeys, clock, logger } = on;
  const turns = new AdministrationTurns(queries);
  const news = new ChangeNews(queries, services, logger);
  const seals = new LeasedSecretSeals(lease);
  const keySets = { keySets: new SqlClientKeySets(queries), source: new OutboundKeySetSource(on.http) };
  const fetching = new KeySetFetching(keySets, news, clock, logger);
  const resealing = new SecretResealing(queries, seals, publishedKeys, logger);
  const upkeep = new Upkeep(
    { refreshDueKeySets: () => fetching.refreshDue(), resealSecrets: () => resealing.run(), queries },
    { clock, logger },
  );
  return {
    listing: new PrismaClientListing(on.prisma),
    rotation: new SecretRotation(turns, seals, news),
    fetching,
    applying: new DeclarationApplying(turns, seals, news, () => upkeep.keySetsNow()),
    keysChanged: () => {
      lease.renewNow();
      // Secrets are sealed to a new key by the upkeep, within a minute: the copies have to be there first.
      publishedKeys.refreshNow();
    },
    upkeep,
  };
}

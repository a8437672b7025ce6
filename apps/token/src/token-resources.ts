import type { ClientDirectory, QueryRunner, SqlReplayLedger } from '@tessera/database';
import type { OpeningKey } from '@tessera/jose';
import type { SigningKey } from '@tessera/jose/signing';
import type { MacKey } from '@tessera/key-lease';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import type { KeyPurpose, PublishedJwk } from '@tessera/protocol/key-lease';
import type { Clock, IssuerSignatureAlgorithm } from '@tessera/vocabulary';
import type { IssuanceAuditLog, IssuanceMetrics } from './issuing/index.js';

/** What this service stands on, opened and kept fresh by whoever started it. */
export interface TokenResources {
  readonly issuer: string;
  /** Whether this deployment has the password grant (GEN-10). */
  readonly passwordGrant: boolean;
  readonly directory: Pick<ClientDirectory, 'client' | 'resource' | 'pollNow'>;
  readonly lease: {
    signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey;
    openingKeys(purpose: KeyPurpose): readonly OpeningKey[];
    macKeys(purpose: 'derivation'): readonly [MacKey, ...MacKey[]];
    renewNow(): void;
  };
  readonly publishedKeys: { find(kid: string): Promise<PublishedJwk | null>; refreshNow(): void };
  readonly ledger: Pick<SqlReplayLedger, 'spend'>;
  readonly queries: QueryRunner;
  readonly services: Pick<ServiceClient, 'call'>;
  readonly audit: IssuanceAuditLog;
  readonly counts: IssuanceMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

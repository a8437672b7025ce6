import type { QueryRunner } from '@tessera/database';
import type { PublicJwk } from '@tessera/protocol/client';
import type { ClientKeySets, KeySetClaim, KeySetClaimOutcome } from '@tessera/protocol/client-key-set';
import {
  ClientId,
  KEY_SET_FETCH_INTERVAL_SECONDS,
  KEY_SET_FETCH_UNDER_WAY_SECONDS,
  KEY_SET_FRESH_SECONDS_DEFAULT,
  KEY_SET_FRESH_SECONDS_MIN,
} from '@tessera/vocabulary';
import { z } from 'zod';

const ClaimRow = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('claimed'), jwksUri: z.string(), claim: z.string() }),
  z.object({ outcome: z.enum(['too_soon', 'under_way', 'no_uri']) }),
]);
const DueRow = z.object({ clientId: ClientId, jwksUri: z.string(), claim: z.string() });
const StoredRow = z.object({ changed: z.boolean() });

/** Key sets in PostgreSQL. The time of an attempt is the claim: the row it is written to decides between replicas. */
export class SqlClientKeySets implements ClientKeySets {
  constructor(private readonly queries: QueryRunner) {}

  async claim(clientId: ClientId): Promise<KeySetClaimOutcome> {
    const seconds = [KEY_SET_FETCH_INTERVAL_SECONDS, KEY_SET_FETCH_UNDER_WAY_SECONDS];
    const [row] = await this.queries.run('claim-client-key-set', [clientId, ...seconds]);
    if (row === undefined) return { outcome: 'unknown_client' };
    const claimed = ClaimRow.parse(row);
    return claimed.outcome === 'claimed' ? { ...claimed, clientId } : claimed;
  }

  async claimDue(limit: number, early: readonly ClientId[]): Promise<readonly KeySetClaim[]> {
    // A failed fetch is tried again when the shortest freshness is over, not by the minute: the other side may be in trouble.
    const seconds = [KEY_SET_FRESH_SECONDS_DEFAULT, KEY_SET_FETCH_INTERVAL_SECONDS, KEY_SET_FRESH_SECONDS_MIN];
    return z.array(DueRow).parse(await this.queries.run('claim-due-client-key-sets', [limit, early, ...seconds]));
  }

  async store(
    { clientId, jwksUri, claim }: KeySetClaim,
    keys: readonly PublicJwk[],
  ): Promise<'refreshed' | 'unchanged' | 'superseded'> {
    const [row] = await this.queries.run('store-client-key-set', [clientId, jwksUri, claim, JSON.stringify(keys)]);
    if (row === undefined) return 'superseded';
    return StoredRow.parse(row).changed ? 'refreshed' : 'unchanged';
  }

  async recordFailure({ clientId, claim }: KeySetClaim, failure: string): Promise<void> {
    await this.queries.run('record-key-set-failure', [clientId, claim, failure]);
  }
}

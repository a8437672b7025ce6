import type { QueryRunner } from '@tessera/database';
import type { AccessTokenFacts } from '@tessera/protocol/access-token';
import type { AccessTokenRevocations } from '@tessera/protocol/revocation';
import { z } from 'zod';

const OpaqueRow = z.object({ outcome: z.enum(['revoked', 'foreign']) });

/** Revocations in PostgreSQL, each one statement with its audit event. */
export class SqlAccessTokenRevocations implements AccessTokenRevocations {
  constructor(private readonly queries: QueryRunner) {}

  async revokeJwt({ jti, clientId, expiresAt }: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'>): Promise<void> {
    await this.queries.run('revoke-jti', [jti, clientId, expiresAt]);
  }

  async revokeOpaque(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    const [found] = await this.queries.run('revoke-opaque-access-token', [tokenHash, clientId]);
    return found === undefined ? 'unknown' : OpaqueRow.parse(found).outcome;
  }
}

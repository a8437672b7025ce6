import type { QueryRunner } from '@tessera/database';
import type { AccessTokenFacts } from '@tessera/protocol/access-token';
import type { AccessTokenRevocations, RefreshTokenRevocations } from '@tessera/protocol/revocation';
import { z } from 'zod';

const HandleRow = z.object({ outcome: z.enum(['revoked', 'foreign']) });

/** Revocations in PostgreSQL, each one statement with its audit event. */
export class SqlRevocations implements AccessTokenRevocations, RefreshTokenRevocations {
  constructor(private readonly queries: QueryRunner) {}

  async revokeJwt({ jti, clientId, expiresAt }: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'>): Promise<void> {
    await this.queries.run('revoke-jti', [jti, clientId, expiresAt]);
  }

  revokeOpaque(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    return this.revokeHandle('revoke-opaque-access-token', tokenHash, clientId);
  }

  revokeFamily(tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    return this.revokeHandle('revoke-refresh-family', tokenHash, clientId);
  }

  private async revokeHandle(statement: string, tokenHash: Uint8Array, clientId: string): Promise<'revoked' | 'foreign' | 'unknown'> {
    const [found] = await this.queries.run(statement, [tokenHash, clientId]);
    return found === undefined ? 'unknown' : HandleRow.parse(found).outcome;
  }
}

import type { QueryRunner } from '@tessera/database';
import type { AccessTokenFacts } from '@tessera/protocol/access-token';
import type { LiveAccessTokens } from '@tessera/protocol/introspection';
import { Authority, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';

/** A live row as the statement returns it; an access token is for exactly one resource. */
const LiveRow = z.object({
  jti: z.string(),
  clientId: ClientId,
  subjectId: z.string(),
  authority: Authority.extend({ resources: z.tuple([z.string()]) }),
  issuedAt: z.number().int(),
  expiresAt: z.number().int(),
});

/** Liveness in PostgreSQL: each answer is one statement over the token's row, its revocation and its client (decision 3). */
export class SqlLiveAccessTokens implements LiveAccessTokens {
  constructor(private readonly queries: QueryRunner) {}

  async isAlive({ jti, clientId, expiresAt }: Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt'>): Promise<boolean> {
    const rows = await this.queries.run('find-live-jti', [jti, clientId, expiresAt]);
    return rows.length === 1;
  }

  async findOpaque(tokenHash: Uint8Array): Promise<AccessTokenFacts | null> {
    const [found] = await this.queries.run('find-live-opaque-access-token', [tokenHash]);
    if (found === undefined) return null;
    const { jti, clientId, subjectId, authority, issuedAt, expiresAt } = LiveRow.parse(found);
    return { jti, clientId, subject: subjectId, audience: authority.resources[0], scope: authority.scope, issuedAt, expiresAt };
  }
}

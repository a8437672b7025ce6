import type { QueryRunner } from '@tessera/database';
import type { LiveRefreshTokens, RefreshTokenFacts } from '@tessera/protocol/introspection';
import { z } from 'zod';

const LiveRow = z.object({
  clientId: z.string(),
  subject: z.string(),
  scope: z.array(z.string()),
  issuedAt: z.number().int(),
  expiresAt: z.number().int(),
});

/** Refresh tokens that could be used now, in PostgreSQL: one statement over token, family and grant (decision 3). */
export class SqlLiveRefreshTokens implements LiveRefreshTokens {
  constructor(private readonly queries: QueryRunner) {}

  async find(tokenHash: Uint8Array): Promise<RefreshTokenFacts | null> {
    const [found] = await this.queries.run('find-live-refresh-token', [tokenHash]);
    return found === undefined ? null : LiveRow.parse(found);
  }
}

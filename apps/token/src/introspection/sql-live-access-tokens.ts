import type { QueryRunner } from '@tessera/database';
import { type AccessTokenFacts, Confirmation } from '@tessera/protocol/access-token';
import type { LiveAccessTokens } from '@tessera/protocol/introspection';
import { Authority, ClientId, GrantId } from '@tessera/vocabulary';
import { z } from 'zod';
import { TurnLookup } from '../turn-lookup.js';

/** A live row as the statement returns it; the resources of its authority are its audience. */
const LiveRow = z.object({
  jti: z.string(),
  clientId: ClientId,
  subjectId: z.string(),
  grantId: GrantId.nullable(),
  authority: Authority.extend({ resources: z.array(z.string()).min(1) }),
  confirmation: Confirmation.nullable(),
  issuedAt: z.number().int(),
  expiresAt: z.number().int(),
});

type Live = Pick<AccessTokenFacts, 'jti' | 'clientId' | 'expiresAt' | 'grantId'>;

/** Liveness in PostgreSQL: each answer is one statement over the token's row, its revocation and its client (decision 3). */
export class SqlLiveAccessTokens implements LiveAccessTokens {
  private readonly ofClients: TurnLookup<Live>;
  private readonly ofUsers: TurnLookup<Live>;

  constructor(private readonly queries: QueryRunner) {
    this.ofClients = new TurnLookup(queries, { one: 'find-live-jti', many: 'find-live-jtis' }, ({ jti, clientId, expiresAt }) => [jti, clientId, expiresAt]);
    this.ofUsers = new TurnLookup(queries, { one: 'find-live-user-jti', many: 'find-live-user-jtis' }, ({ jti, grantId, clientId, expiresAt }) => [
      jti, grantId, clientId, expiresAt,
    ]);
  }

  async isAlive(token: Live): Promise<boolean> {
    return (await (token.grantId === null ? this.ofClients : this.ofUsers).find(token)) !== null;
  }

  async findOpaque(tokenHash: Uint8Array): Promise<AccessTokenFacts | null> {
    const [found] = await this.queries.run('find-live-opaque-access-token', [tokenHash]);
    if (found === undefined) return null;
    const { subjectId, authority, ...facts } = LiveRow.parse(found);
    return { ...facts, subject: subjectId, audience: authority.resources, scope: authority.scope };
  }
}

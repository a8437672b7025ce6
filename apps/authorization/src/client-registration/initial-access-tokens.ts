import type { AddInitialAccessToken, InitialAccessTokenStatus, ListInitialAccessTokens, RevokeInitialAccessToken } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { z } from 'zod';

type Request<Contract extends { readonly request: z.ZodType }> = z.output<Contract['request']>;
type Reply<Contract extends { readonly reply: z.ZodType }> = z.input<Contract['reply']>;

const instant = z.date().transform((date) => date.toISOString());
const AddedRow = z.object({ expiresAt: instant });
const RevokedRow = z.object({ changed: z.boolean() });
const ListedRow = z.object({
  id: z.string(),
  name: z.string(),
  uses: z.number(),
  usesMax: z.number(),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.nullable(),
});

/** What opens the registration endpoint: made, listed and revoked by the operator, each with its audit row (REG-1, SEC-4). */
export class InitialAccessTokens {
  constructor(private readonly queries: QueryRunner) {}

  async add({ actor, id, name, digest, usesMax, lifetimeSeconds }: Request<typeof AddInitialAccessToken>): Promise<Reply<typeof AddInitialAccessToken>> {
    const stored = Buffer.from(digest, 'base64url');
    const [row] = await this.queries.run('add-initial-access-token', [id, name, stored, usesMax, lifetimeSeconds, actor.kind, actor.name]);
    return AddedRow.parse(row);
  }

  async list({ after, limit }: Request<typeof ListInitialAccessTokens>): Promise<Reply<typeof ListInitialAccessTokens>> {
    const page = z.uuid().nullable().catch(null).parse(after);
    const tokens: InitialAccessTokenStatus[] = z.array(ListedRow).parse(await this.queries.run('list-initial-access-tokens', [page, limit]));
    return { tokens, next: tokens.length < limit ? null : (tokens.at(-1)?.id ?? null) };
  }

  async revoke({ actor, id }: Request<typeof RevokeInitialAccessToken>): Promise<Reply<typeof RevokeInitialAccessToken>> {
    const [row] = await this.queries.run('revoke-initial-access-token', [id, actor.kind, actor.name]);
    if (row === undefined) return { outcome: 'unknown' };
    return { outcome: RevokedRow.parse(row).changed ? 'revoked' : 'unchanged' };
  }
}

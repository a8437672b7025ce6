import type { QueryRunner } from '@tessera/database';
import { type AccessTokenFacts, Confirmation } from '@tessera/protocol/access-token';
import type { LiveHandle, LivePerson, LivePersons } from '@tessera/protocol/userinfo';
import { Authority } from '@tessera/vocabulary';
import { z } from 'zod';
import { TurnLookup } from '../turn-lookup.js';

const members = z.record(z.string(), z.unknown());
const PersonRow = z.object({ subject: z.string(), grantedClaims: members, claims: members });
const HandleRow = PersonRow.extend({ clientId: z.string(), authority: Authority, confirmation: Confirmation.nullable() });

type PresentedJwt = Parameters<LivePersons['findByJwt']>[0];

/** Persons by live tokens in PostgreSQL: liveness and claims are one statement (decision 3). */
export class SqlLivePersons implements LivePersons {
  private readonly byJwt: TurnLookup<PresentedJwt>;

  constructor(private readonly queries: QueryRunner) {
    this.byJwt = new TurnLookup(queries, { one: 'find-person-of-jti', many: 'find-persons-of-jtis' }, ({ jti, grantId, clientId, expiresAt }) => [
      jti, grantId, clientId, expiresAt,
    ]);
  }

  async findByJwt(token: PresentedJwt): Promise<LivePerson | null> {
    const found = await this.byJwt.find(token);
    return found === null ? null : PersonRow.parse(found);
  }

  async findByHandle(tokenHash: Uint8Array): Promise<LiveHandle | null> {
    const [found] = await this.queries.run('find-person-of-handle', [tokenHash]);
    if (found === undefined) return null;
    const { clientId, authority, confirmation, ...person } = HandleRow.parse(found);
    const token: Pick<AccessTokenFacts, 'clientId' | 'audience' | 'scope' | 'confirmation'> = {
      clientId, audience: authority.resources, scope: authority.scope, confirmation,
    };
    return { token, person };
  }
}

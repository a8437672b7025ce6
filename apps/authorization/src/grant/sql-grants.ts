import { randomUUID } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { type AccountId, type Authority, type ClientId, GrantId } from '@tessera/vocabulary';
import type { UserGrant } from '@tessera/protocol/access-token';
import { STEPS } from '@tessera/protocol/interaction';
import { z } from 'zod';

const RecordedRow = z.object({ authTime: z.number() });
const AccountRow = z.object({ accountId: z.string() });

/** A grant that no code came before. */
export interface DirectGrant {
  readonly clientId: ClientId;
  readonly accountId: AccountId;
  /** Names the password that was right. */
  readonly passwordChangedAt: string;
  readonly subject: string;
  readonly authority: Authority;
  readonly offline: boolean;
  readonly confirmation: UserGrant['confirmation'];
  readonly requestId: string;
}

/** Grants in PostgreSQL; those of codes are recorded with them. */
export class SqlGrants {
  constructor(private readonly queries: QueryRunner) {}

  /** Null when the account or the client is disabled by now, the password changed, or the request recorded a grant before. */
  async record(grant: DirectGrant): Promise<UserGrant | null> {
    const { clientId, accountId, passwordChangedAt, subject, authority, offline, confirmation, requestId } = grant;
    const grantId = GrantId.parse(randomUUID());
    const { acr, amr } = STEPS.password.yields;
    const [row] = await this.queries.run('record-grant', [
      grantId, clientId, accountId, subject, offline, JSON.stringify(authority), confirmation && JSON.stringify(confirmation), acr, amr, requestId,
      passwordChangedAt,
    ]);
    if (row === undefined) return null;
    const { authTime } = RecordedRow.parse(row);
    return { grantId, clientId, subject, authority, offline, confirmation, sid: null, authTime, acr, amr: [...amr], nonce: null, idTokenClaims: {} };
  }

  /** The account a client knows by a subject that is not the account's id; null when it was never granted anything. */
  async accountOfSubject(clientId: ClientId, subject: string): Promise<string | null> {
    const [row] = await this.queries.run('find-account-of-subject', [clientId, subject]);
    return row === undefined ? null : AccountRow.parse(row).accountId;
  }
}

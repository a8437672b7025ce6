import { randomUUID } from 'node:crypto';
import type { Authority } from '@tessera/vocabulary';
import type pg from 'pg';

/** Where the client of a test is told of logouts. */
export const LOGOUT_URL = 'https://client.example.org/backchannel-logout';

/** A client with these members of a registration. */
export async function givenClient(owner: pg.Pool, id: string, registration: object = { backchannelLogoutUri: LOGOUT_URL }): Promise<string> {
  await owner.query(
    `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by, registration)
     VALUES ($1, $1, 'none', '{}', '{}', '{}', 'api', $2) ON CONFLICT (id) DO UPDATE SET registration = excluded.registration`,
    [id, JSON.stringify(registration)],
  );
  return id;
}

/** What somebody allowed a client in a session. */
export async function givenSessionGrant(owner: pg.Pool, clientId: string, sessionId: string, { scope = ['openid'], offline = false, subject = null as string | null } = {}): Promise<string> {
  const id = randomUUID();
  const authority: Authority = { version: 1, scope, resources: [], claims: {}, authorizationDetails: [] };
  await owner.query(
    `INSERT INTO authorization_grant (id, client_id, account_id, subject, session_id, sid, offline, authority, auth_time, amr)
     SELECT $1, $2, account_id, coalesce($6, account_id), id, sid, $4, $5, now(), '{pwd}' FROM session WHERE id = $3`,
    [id, clientId, sessionId, offline, JSON.stringify(authority), subject],
  );
  return id;
}

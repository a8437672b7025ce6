import { randomUUID } from 'node:crypto';
import type { EdgeRequest } from '@tessera/protocol/edge';
import { type OAuthError, RegisteredClientId, RequestId } from '@tessera/vocabulary';
import type { DatabaseSuite } from '../../../../libs/testing/src/postgres-suite.js';
import { newHandle } from '../session/index.js';
import { ACTOR, authorizationOn, digestOf } from '../testing.js';

export const CALLBACK = 'https://client.example.org/cb';

/** A request with a token in its header. */
export const edge = (token: string | null, method = 'POST'): EdgeRequest => ({
  parameters: [],
  authorization: token === null ? [] : [`Bearer ${token}`],
  dpop: [],
  method,
  url: 'https://as.example.com/register',
  clientCertificate: null,
  sourceAddress: '203.0.113.7',
  requestId: RequestId.parse('b7mXkq2n0r9w4c1z'),
});

/** A member of an answer that is text. */
export function text(body: unknown, member: string): string {
  const value = (body as Record<string, unknown>)[member];
  if (typeof value !== 'string') throw new Error(`no ${member}`);
  return value;
}

/** The reason somebody was refused for. */
export const reasonOf = async (work: Promise<unknown>) => await work.then(() => 'no refusal', (error: OAuthError) => error.reason);

/** What specs of registration do with a database. */
export function registering(db: DatabaseSuite) {
  const replica = () => authorizationOn(db.pool('tessera_authorization'));
  const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
  const count = async (table: string) => Number((await rows(`SELECT count(*) AS n FROM ${table}`))[0]?.['n']);
  const empty = () => db.owner.query('TRUNCATE client, initial_access_token, client_registration, resource, authorization_audit_event, client_change CASCADE');

  async function initialToken(usesMax = 10, lifetimeSeconds = 3_600) {
    const [token, id] = [newHandle(), randomUUID()];
    await replica().registration.tokens.add({ actor: ACTOR, id, name: 'certification', digest: digestOf(token), usesMax, lifetimeSeconds });
    return { token, id };
  }

  async function registered(members: Record<string, unknown> = {}, service = replica()) {
    const { token } = await initialToken();
    const { status, body } = await service.registration.registrations.register(edge(token), { redirect_uris: [CALLBACK], ...members });
    return { service, status, body: body as Record<string, unknown>, id: RegisteredClientId.parse(text(body, 'client_id')), access: text(body, 'registration_access_token') };
  }
  return { replica, rows, count, empty, initialToken, registered };
}

import { webClient } from '@tessera/protocol/client/testing';
import { authorityOver } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount, newRequestId } from '../accounts/testing.js';
import { SignInSystem } from '../interaction/testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
async function ready(client = webClient()) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner);
  const verify = async (username: string, password: string, overrides = {}, requestId = newRequestId()) =>
    await system.parts.verifying.verify({
      clientId: client.clientId,
      username,
      sealedPassword: await system.key.seal(password, requestId, 'password-grant'),
      authority: authorityOver(['openid'], []),
      offline: true,
      confirmation: null,
      sourceAddress: '203.0.113.7',
      requestId,
      ...overrides,
    });
  return { system, alice, verify };
}

describe('RFC 6749 §4.3.2 a password at the token endpoint', () => {
  it('grants, and the grant is recorded before the answer (decision 2)', async () => {
    const { verify, alice } = await ready();
    const verdict = await verify('alice', 'correct horse');
    const [grant] = await rows('SELECT id, sid, session_id, offline, acr, amr FROM authorization_grant');
    expect(verdict).toMatchObject({ outcome: 'granted', grant: { grantId: grant?.['id'], subject: alice, sid: null, offline: true, acr: '1', amr: ['pwd'], nonce: null, idTokenClaims: {} } });
    expect(grant).toMatchObject({ sid: null, session_id: null, offline: true });
    expect(await rows('SELECT FROM session')).toEqual([]);
  });

  it.each([
    ['an unknown user', 'nobody', 'correct horse', ''],
    ['a wrong password', 'alice', 'wrong horse', ''],
    ['an empty password', 'alice', '', ''],
    ['a locked user', 'alice', 'correct horse', 'UPDATE account SET locked_at = now()'],
    ['a disabled user', 'alice', 'correct horse', 'UPDATE account SET enabled = false'],
  ])('refuses %s, all alike (CCR-3)', async (_case, username, password, change) => {
    const { verify } = await ready();
    if (change !== '') await db.owner.query(change);
    expect(await verify(username, password)).toEqual({ outcome: 'refused' });
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });

  it('counts with the login page (CCR-4): after too many even the right password is refused', async () => {
    const { verify } = await ready();
    for (let attempt = 0; attempt < 30; attempt++) await verify('alice', 'wrong');
    expect(await verify('alice', 'correct horse')).toEqual({ outcome: 'refused' });
  });

  it('gives a pairwise client its own subject (OIDC Core §8)', async () => {
    const { verify, alice } = await ready(webClient({ subjectType: 'pairwise', sectorIdentifier: 'client.example.org' }));
    const verdict = await verify('alice', 'correct horse');
    expect(verdict.outcome === 'granted' && verdict.grant.subject !== alice).toBe(true);
  });

  it('of a client that was removed or disabled meanwhile is refused', async () => {
    const { system, verify } = await ready();
    await db.owner.query('UPDATE client SET enabled = false');
    expect(await verify('alice', 'correct horse')).toEqual({ outcome: 'refused' });
    system.clients.clear();
    expect(await verify('alice', 'correct horse')).toEqual({ outcome: 'refused' });
  });
});

import { loadStatements, Queries } from '@tessera/database';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { firstParty, redemption, SignInSystem } from '../interaction/testing.js';
import { Upkeep } from './upkeep.js';

const db = useDatabase();

const count = async (table: string): Promise<number> => Number((await db.owner.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]?.n);
/** Does the upkeep once. */
async function removed(): Promise<void> {
  const queries = new Queries(db.pool('tessera_authorization'), loadStatements('authorization'));
  const done: string[] = [];
  const warned: string[] = [];
  const upkeep = new Upkeep(
    { refreshDueKeySets: async () => undefined, resealSecrets: async () => undefined, unusedRegistrationSeconds: 3_600, queries: { run: async (name, params) => (done.push(name), await queries.run(name, params)) } },
    { clock: { epochSeconds: () => 0, monotonicMs: () => 0 }, logger: { warn: (text) => void warned.push(text) }, timer: { after: () => () => undefined } },
  );
  upkeep.start();
  while (!done.includes('remove-opened-secrets') || !done.includes('remove-outlived-grants')) await new Promise((resolve) => setImmediate(resolve));
  upkeep.stop();
  expect(warned).toEqual([]);
}

describe('GEN-9 what signing in leaves behind', () => {
  beforeEach(async () => {
    await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
  });

  async function signedIn() {
    const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
    await system.register(firstParty());
    await givenAccount(db.owner);
    const browser = system.browser();
    const { code } = await browser.through({ scope: 'openid offline_access' });
    return { system, browser, code };
  }

  it('stays as long as it can matter', async () => {
    await signedIn();
    await db.owner.query(`UPDATE interaction SET expires_at = now() - interval '23 hours'`);
    await db.owner.query(`UPDATE authorization_code SET expires_at = now() - interval '23 hours'`);
    await db.owner.query(`UPDATE session SET expires_at = now() - interval '23 hours'`);
    await removed();
    expect(await Promise.all(['interaction', 'interaction_step', 'authorization_code', 'session'].map(count))).toEqual([1, 1, 1, 1]);
  });

  it('is removed a day later; grants stay, and are what they were without it', async () => {
    const { system, browser, code } = await signedIn();
    const inSession = await browser.through();
    await db.owner.query(`UPDATE interaction SET expires_at = now() - interval '25 hours'`);
    await db.owner.query(`UPDATE session SET expires_at = now() - interval '25 hours'`);
    await removed();
    expect(await Promise.all(['interaction', 'interaction_step', 'session', 'authorization_grant'].map(count))).toEqual([0, 0, 0, 2]);
    expect((await system.parts.codes.redeem(redemption(code))).outcome).toBe('redeemed');
    expect((await system.parts.codes.redeem(redemption(inSession['code']))).outcome).toBe('unknown');
    await db.owner.query(`UPDATE authorization_code SET expires_at = now() - interval '25 hours'`);
    await removed();
    expect(await count('authorization_code')).toBe(0);
  });

  const grants = async () => (await db.owner.query<{ scope: string }>(`SELECT authority -> 'scope' ->> 1 AS scope FROM authorization_grant ORDER BY 1`)).rows.map((row) => row.scope);

  it('takes the grant of a code that nobody came with along; one that was redeemed keeps its grant', async () => {
    const { system, browser, code } = await signedIn();
    await browser.through({ scope: 'openid email' });
    await system.parts.codes.redeem(redemption(code));
    await db.owner.query(`UPDATE authorization_code SET expires_at = now() - interval '25 hours'`);
    await removed();
    expect(await grants()).toEqual(['offline_access']);
  });

  it.each<[string, string, string[]]>([
    ['29 days after it was revoked a grant is still there', `UPDATE authorization_grant SET revoked_at = now() - interval '29 days', revoke_reason = 'x'`, ['email', 'offline_access']],
    ['30 days after it was revoked it is removed', `UPDATE authorization_grant SET revoked_at = now() - interval '30 days', revoke_reason = 'x'`, []],
    ['a grant lives as long as its session, however old', `UPDATE authorization_grant SET created_at = now() - interval '89 days'`, ['email', 'offline_access']],
    [
      'past its session it is removed after 30 days; offline access is not',
      `DELETE FROM session; UPDATE authorization_grant SET created_at = now() - interval '30 days'`,
      ['offline_access'],
    ],
    [
      'offline access is removed three days after a refresh token would have ended',
      `UPDATE authorization_grant SET created_at = now() - interval '93 days'`,
      ['email'],
    ],
    [
      'a client may register a longer end',
      `UPDATE client SET registration = '{"refreshTokenLifetimeSeconds": 31536000}'; UPDATE authorization_grant SET created_at = now() - interval '367 days'`,
      ['email', 'offline_access'],
    ],
    [
      'so it goes for a grant that never had a session',
      `UPDATE authorization_grant SET created_at = now() - interval '93 days', offline = false, sid = NULL, session_id = NULL WHERE NOT offline; DELETE FROM session`,
      ['offline_access'],
    ],
  ])('%s', async (_case, change, left) => {
    const { browser } = await signedIn();
    await browser.through({ scope: 'openid email' });
    await db.owner.query(change);
    await removed();
    expect(await grants()).toEqual(left);
  });
});

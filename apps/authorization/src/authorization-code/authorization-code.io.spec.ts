import { randomUUID } from 'node:crypto';
import { webClient } from '@tessera/protocol/client/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { firstParty, redemption, SignInSystem, type TestBrowser } from '../interaction/testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const grants = () => rows('SELECT revoke_reason FROM authorization_grant');
async function ready(client = firstParty()) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner);
  await db.owner.query('UPDATE account SET claims = $1', [{ name: 'Alice', email: 'alice@example.com', email_verified: true }]);
  const browser: TestBrowser = system.browser();
  const redeem = (code: string | undefined, overrides = {}) => system.parts.codes.redeem(redemption(code, overrides));
  return { system, alice, browser, redeem };
}

describe('RFC 6749 §4.1.3 a code is redeemed by whom and how it was asked for (COD-3)', () => {
  it('answers with everything tokens are made of', async () => {
    const { browser, redeem, alice } = await ready();
    const { code } = await browser.through({ scope: 'openid email offline_access', nonce: 'n-0S6', claims: '{"id_token":{"email":null,"auth_time":{"essential":true}},"userinfo":{"name":null}}' });
    const redeemed = await redeem(code);
    const [session] = await rows('SELECT sid, floor(extract(epoch FROM authenticated_at))::int AS at FROM session');
    expect(redeemed).toMatchObject({
      outcome: 'redeemed',
      grant: {
        subject: alice, offline: true, sid: session?.['sid'], authTime: session?.['at'], acr: '1', amr: ['pwd'], nonce: 'n-0S6', confirmation: null,
        authority: { version: 1, scope: ['openid', 'email', 'offline_access'], resources: [], claims: { userinfo: { name: null }, id_token: { email: null, auth_time: { essential: true } } } },
        idTokenClaims: { email: 'alice@example.com' },
      },
    });
  });

  it.each<[string, object]>([
    ['another redirect URI', { redirectUri: 'https://client.example.org/cb2' }],
    ['no redirect URI, though one was sent', { redirectUri: null }],
    ['another verifier (RFC 7636 §4.6)', { codeChallenge: 'x'.repeat(43) }],
    ['no verifier (COD-5)', { codeChallenge: null }],
  ])('MUST NOT be redeemed with %s; that spends nothing (COD-7)', async (_case, overrides) => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    expect(await redeem(code, overrides)).toEqual({ outcome: 'mismatch' });
    expect(await grants()).toEqual([{ revoke_reason: null }]);
    expect(await redeem(code)).toMatchObject({ outcome: 'redeemed' });
  });

  it('MUST NOT be redeemed by another client; that touches nothing (COD-4)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    for (let attempt = 0; attempt < 6; attempt++) expect(await redeem(code, { clientId: 'other' })).toEqual({ outcome: 'unknown' });
    expect(await rows('SELECT attempts, redeemed_at FROM authorization_code')).toEqual([{ attempts: 0, redeemed_at: null }]);
    expect(await redeem(code)).toMatchObject({ outcome: 'redeemed' });
    expect(await redeem(code, { clientId: 'other' })).toEqual({ outcome: 'unknown' });
    expect(await grants()).toEqual([{ revoke_reason: null }]);
  });

  it('need not name a redirect URI that the request did not name; if it does, it MUST be that one', async () => {
    const { browser, redeem } = await ready();
    const unnamed = async () => {
      const { code } = await browser.through();
      await db.owner.query('UPDATE authorization_code SET redirect_uri_sent = false');
      return code;
    };
    expect(await redeem(await unnamed(), { redirectUri: null })).toMatchObject({ outcome: 'redeemed' });
    expect(await redeem(await unnamed())).toMatchObject({ outcome: 'redeemed' });
    expect(await redeem(await unnamed(), { redirectUri: 'https://client.example.org/other' })).toEqual({ outcome: 'mismatch' });
  });

  it('MUST refuse a verifier for a code without a challenge (RFC 9700 §2.1.1, COD-6)', async () => {
    const { browser, redeem } = await ready(webClient({ firstParty: true, requireProofKey: false }));
    const { code } = await browser.through({ code_challenge: '', code_challenge_method: '' });
    expect(await redeem(code)).toEqual({ outcome: 'mismatch' });
    expect(await redeem(code, { codeChallenge: null })).toMatchObject({ outcome: 'redeemed' });
  });

  it('MUST be redeemed with the key the request was bound to (RFC 9449 §10)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    await db.owner.query('UPDATE authorization_code SET confirmation = $1', [{ jkt: 'k'.repeat(43) }]);
    expect(await redeem(code)).toEqual({ outcome: 'mismatch' });
    expect(await redeem(code, { confirmation: { jkt: 'x'.repeat(43) } })).toEqual({ outcome: 'mismatch' });
    expect(await redeem(code, { confirmation: { jkt: 'k'.repeat(43) } })).toMatchObject({ outcome: 'redeemed', grant: { confirmation: { jkt: 'k'.repeat(43) } } });
  });

  it('binds to the key proved at the token endpoint alone (RFC 9449 §5)', async () => {
    const { browser, redeem } = await ready();
    expect(await redeem((await browser.through())['code'], { confirmation: { jkt: 'k'.repeat(43) } })).toMatchObject({ grant: { confirmation: { jkt: 'k'.repeat(43) } } });
  });
});

describe('RFC 6749 §4.1.2 a code lives a minute and is used once', () => {
  it('MUST NOT be redeemed after its end (COD-1)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    expect(await rows(`SELECT extract(epoch FROM expires_at - created_at)::int AS s FROM authorization_code`)).toEqual([{ s: 60 }]);
    await db.owner.query('UPDATE authorization_code SET expires_at = now()');
    expect(await redeem(code)).toEqual({ outcome: 'unknown' });
  });

  it('a second use is a replay and revokes the grant, whatever it brings with it (COD-2)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    await redeem(code);
    expect(await redeem(code)).toEqual({ outcome: 'replayed' });
    expect(await grants()).toEqual([{ revoke_reason: 'code-replayed' }]);
    expect(await redeem(code, { codeChallenge: null })).toEqual({ outcome: 'replayed' });
    expect(await rows(`SELECT action FROM authorization_audit_event WHERE action = 'grant.revoked'`)).toHaveLength(1);
  });

  it('a late second use is a replay too', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    await redeem(code);
    await db.owner.query(`UPDATE authorization_code SET expires_at = now() - interval '30 seconds'`);
    expect(await redeem(code)).toEqual({ outcome: 'replayed' });
    expect(await grants()).toEqual([{ revoke_reason: 'code-replayed' }]);
  });

  it('the same redemption asked again gets the same answer, expired or not (decision 2), and is one in the audit (I9)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    const redemptionId = randomUUID();
    const first = await redeem(code, { redemptionId });
    expect(await redeem(code, { redemptionId })).toEqual(first);
    await db.owner.query(`UPDATE authorization_code SET expires_at = now() - interval '1 hour'`);
    expect(await redeem(code, { redemptionId })).toEqual(first);
    expect(await grants()).toEqual([{ revoke_reason: null }]);
    expect(await rows(`SELECT actor_name, subject, detail FROM authorization_audit_event WHERE action = 'code.redeemed'`)).toEqual([
      { actor_name: 's6BhdRkqt3', subject: first.outcome === 'redeemed' && first.grant.grantId, detail: { redemption: redemptionId } },
    ]);
  });

  it('the same redemption asked again after logout is no replay, and gets nothing', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    const redemptionId = randomUUID();
    await redeem(code, { redemptionId });
    await db.owner.query(`UPDATE session SET ended_at = now(), end_reason = 'logout'`);
    expect(await redeem(code, { redemptionId })).toEqual({ outcome: 'unknown' });
    expect(await grants()).toEqual([{ revoke_reason: null }]);
  });

  it('the fifth mismatch ends it (COD-7)', async () => {
    const { browser, redeem } = await ready();
    const { code } = await browser.through();
    for (let attempt = 1; attempt <= 5; attempt++) expect(await redeem(code, { codeChallenge: null })).toEqual({ outcome: 'mismatch' });
    expect([await redeem(code, { codeChallenge: null }), await redeem(code)]).toEqual([{ outcome: 'unknown' }, { outcome: 'unknown' }]);
  });

  it.each([['never made', 'x'.repeat(43)], ['an interaction (GEN-4)', null], ['a session (GEN-4)', 'session']])('%s: unknown', async (_case, given) => {
    const { browser, redeem } = await ready();
    await browser.through();
    const presented = given === null ? browser.interaction : given === 'session' ? (browser.session ?? '') : given;
    expect(await redeem(presented)).toEqual({ outcome: 'unknown' });
  });
});

describe('OIDC Core §8 subjects', () => {
  it('a pairwise client redeems its own subject', async () => {
    const { browser, redeem, alice } = await ready(webClient({ firstParty: true, subjectType: 'pairwise', sectorIdentifier: 'client.example.org' }));
    const redeemed = await redeem((await browser.through())['code']);
    expect(redeemed.outcome === 'redeemed' && redeemed.grant.subject).toMatch(/^usr_[A-Za-z0-9_-]{22}$/);
    expect(redeemed.outcome === 'redeemed' && redeemed.grant.subject).not.toBe(alice);
  });
});

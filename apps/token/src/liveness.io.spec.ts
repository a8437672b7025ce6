import { loadStatements } from '@tessera/database';
import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { as, bearer, text, useSignIn, VAULT, WEB } from './testing-sign-in-suite.js';

const { deployment, suite } = useSignIn();
type SignedIn = Awaited<ReturnType<Awaited<ReturnType<typeof deployment>>['signedIn']>>;
const query = (statement: string, value: string | null) => suite.owner.query(statement, [value]);

/** Everything a token of a user depends on (decision 3), and how it ceases to be alive. */
const ENDINGS: readonly (readonly [string, (person: SignedIn) => Promise<unknown>])[] = [
  ['its grant is revoked', ({ grant }) => query("UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'withdrawn' WHERE id = $1", grant.grantId)],
  ['its grant is gone', ({ grant }) => query('DELETE FROM authorization_grant WHERE id = $1', grant.grantId)],
  ['its session has ended', ({ sessionId }) => query("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = $1", sessionId)],
  ['its session is idle too long', ({ sessionId }) => query('UPDATE session SET idle_expires_at = now() WHERE id = $1', sessionId)],
  ['its session is past its end', ({ sessionId }) => query('UPDATE session SET expires_at = now() WHERE id = $1', sessionId)],
  ['its user is disabled', ({ accountId }) => query('UPDATE account SET enabled = false WHERE id = $1', accountId)],
  ['an administrator locked its user', ({ accountId }) => query('UPDATE account SET locked_at = now() WHERE id = $1', accountId)],
  ['its user is gone', ({ accountId }) => query('DELETE FROM account WHERE id = $1', accountId)],
  ['its family of refresh tokens has ended', ({ grant }) => query("UPDATE refresh_family SET revoked_at = now(), revoke_reason = 'reused' WHERE grant_id = $1", grant.grantId)],
];

describe('GEN-6, TOK-3: a token of a user lives while everything it depends on does', () => {
  it.each(ENDINGS)('MUST be dead everywhere when %s, whatever its form', async (_case, end) => {
    const { signedIn, introspect, userinfo } = await deployment();
    const jwt = await signedIn();
    const opaque = await signedIn(WEB, { scope: ['openid', 'orders.read'], resources: [VAULT] });
    for (const person of [jwt, opaque]) {
      const token = text(person.reply, 'access_token');
      expect(members(await introspect({ token }, as(WEB)))).toMatchObject({ active: true });
      expect(members(await userinfo({}, bearer(person.reply)))).toMatchObject({ sub: person.accountId });
      await end(person);
      expect(members(await introspect({ token }, as(WEB)))).toEqual({ active: false });
      expect(members(await introspect({ token: person.refreshToken, token_type_hint: 'refresh_token' }, as(WEB)))).toEqual({ active: false });
      await expect(userinfo({}, bearer(person.reply))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
    }
  });

  it('REF-7: with offline_access the end of the session is not its end', async () => {
    const { signedIn, introspect, userinfo } = await deployment();
    const { reply, sessionId } = await signedIn(WEB, { scope: ['openid', 'offline_access'], offline: true });
    await query('DELETE FROM session WHERE id = $1', sessionId);
    expect(members(await introspect({ token: text(reply, 'access_token') }, as(WEB)))).toMatchObject({ active: true });
    expect((await userinfo({}, bearer(reply))).status).toBe(200);
  });

  it('I8: many that are asked for at once are each answered for themselves, the dead ones among them', async () => {
    const { signedIn, introspect, userinfo, queries } = await deployment();
    const people = await Promise.all(Array.from({ length: 40 }, () => signedIn()));
    for (const [index, person] of people.entries()) {
      if (index % 4 === 0) await query('UPDATE account SET enabled = false WHERE id = $1', person.accountId);
    }
    const before = queries.asked.length;
    const seen = await Promise.all(people.map(({ reply }) => introspect({ token: text(reply, 'access_token') }, as(WEB))));
    expect(queries.asked.slice(before).filter((name) => name === 'find-live-user-jtis')).toHaveLength(1);
    expect(seen.map((reply) => members(reply)['sub'])).toEqual(people.map(({ accountId }, index) => (index % 4 === 0 ? undefined : accountId)));
    const told = await Promise.allSettled(people.map(({ reply }) => userinfo({}, bearer(reply))));
    expect(told.map((one) => (one.status === 'fulfilled' ? members(one.value)['sub'] : one.reason))).toEqual(
      people.map(({ accountId }, index) => (index % 4 === 0 ? new OAuthError('userinfo.dead_token') : accountId)),
    );
  });
});

describe('GEN-6: no statement answers for a user without asking whether the grant lives', () => {
  const statements = [...loadStatements('token')];
  const aboutUsers = statements.filter(([name, sql]) => /refresh_family|live_grant/.test(sql) && /^(find|rotate|extend)-/.test(name));

  it('there are as many as there are ways to use a token of a user', () => {
    expect(aboutUsers.map(([name]) => name).sort()).toEqual([
      'extend-refresh-token', 'find-live-opaque-access-token', 'find-live-refresh-token', 'find-live-user-jti', 'find-live-user-jtis',
      'find-person-of-handle', 'find-person-of-jti', 'find-persons-of-jtis', 'rotate-refresh-token',
    ]);
  });

  it.each(aboutUsers)('%s reads the grant with all it depends on, and the family', (_name, sql) => {
    expect(sql).toMatch(/\blive_grant\b/);
    expect(sql).toMatch(/\brefresh_family\b/);
  });
});

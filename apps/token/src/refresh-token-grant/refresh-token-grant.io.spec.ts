import type { EndpointReply } from '@tessera/protocol/edge';
import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { as, bearer, claimsOf, text, useSignIn, VAULT, WEB } from '../testing-sign-in-suite.js';

const { deployment, familyOf, suite } = useSignIn();

describe('RFC 6749 §6 refreshing', () => {
  it('Ours: is one statement, and one statement is what a good introspection and userinfo are', async () => {
    const { signedIn, refresh, introspect, userinfo, queries } = await deployment();
    const { refreshToken } = await signedIn();
    const statements = async (work: Promise<EndpointReply>, before = queries.asked.length) => {
      const reply = await work;
      return { reply, asked: queries.asked.slice(before).filter((name) => name !== 'read-client-changes') };
    };
    const { reply, asked } = await statements(refresh(refreshToken));
    expect(asked).toEqual(['rotate-refresh-token']);
    expect((await statements(introspect({ token: text(reply, 'access_token') }, as(WEB)))).asked).toEqual(['find-live-user-jti']);
    expect((await statements(userinfo({}, bearer(reply)))).asked).toEqual(['find-person-of-jti']);
    expect((await statements(introspect({ token: text(reply, 'refresh_token'), token_type_hint: 'refresh_token' }, as(WEB)))).asked).toEqual(['find-live-refresh-token']);
  });

  it('OIDC Core §12.2: the new ID token has the same iss, sub, aud, auth_time, sid and acr, and no nonce', async () => {
    const { signedIn, refresh } = await deployment();
    const { reply, refreshToken } = await signedIn();
    const next = await refresh(refreshToken);
    const [first, second] = [claimsOf(text(reply, 'id_token')), claimsOf(text(next, 'id_token'))];
    for (const name of ['iss', 'sub', 'aud', 'auth_time', 'sid', 'acr', 'amr']) expect(second[name]).toEqual(first[name]);
    expect(second).not.toHaveProperty('nonce');
    expect(Number(second['iat'])).toBeGreaterThanOrEqual(Number(first['iat']));
    expect(text(next, 'refresh_token')).not.toBe(refreshToken);
  });

  it('REF-4: the token that was replaced, used again, ends the family and the winner\'s tokens with it', async () => {
    const { signedIn, refresh, introspect, userinfo } = await deployment();
    const { refreshToken, grant, reply } = await signedIn();
    const next = await refresh(refreshToken);
    await expect(refresh(refreshToken)).rejects.toEqual(new OAuthError('refresh_token.reused'));
    expect(await familyOf(grant.grantId)).toMatchObject({ generation: 1, revoke_reason: 'reused' });
    await expect(refresh(text(next, 'refresh_token'))).rejects.toEqual(new OAuthError('refresh_token.reused'));
    for (const one of [reply, next]) {
      expect(members(await introspect({ token: text(one, 'access_token') }, as(WEB)))).toEqual({ active: false });
      await expect(userinfo({}, bearer(one))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
    }
    const { rows } = await suite.owner.query("SELECT detail FROM token_audit_event WHERE action = 'refresh-token.reused' AND actor_name = $1 AND subject = $2", [WEB, (await familyOf(grant.grantId))['id']]);
    expect(rows).toEqual([{ detail: { generation: 0, newest: 1 } }]);
  });

  it('REF-4: within the retry window the preceding token gets the same successor; an older one is reuse', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, grant } = await signedIn('app');
    const first = text(await refresh(refreshToken, 'app'), 'refresh_token');
    expect(text(await refresh(refreshToken, 'app'), 'refresh_token')).toBe(first);
    expect(await familyOf(grant.grantId)).toMatchObject({ generation: 1, revoke_reason: null });
    const second = text(await refresh(first, 'app'), 'refresh_token');
    await expect(refresh(refreshToken, 'app')).rejects.toEqual(new OAuthError('refresh_token.reused'));
    await expect(refresh(second, 'app')).rejects.toEqual(new OAuthError('refresh_token.reused'));
  });

  it('REF-4: after the window the preceding token is reuse', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, grant } = await signedIn('app');
    const next = text(await refresh(refreshToken, 'app'), 'refresh_token');
    await suite.owner.query("UPDATE refresh_family SET rotated_at = rotated_at - interval '10 seconds' WHERE grant_id = $1", [grant.grantId]);
    await expect(refresh(refreshToken, 'app')).rejects.toEqual(new OAuthError('refresh_token.reused'));
    await expect(refresh(next, 'app')).rejects.toEqual(new OAuthError('refresh_token.reused'));
  });

  it('REF-1: a client of a FAPI profile keeps its token, and only the idle end moves (REF-6)', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, grant } = await signedIn('fapi');
    await suite.owner.query("UPDATE refresh_family SET idle_expires_at = now() + interval '5 seconds', expires_at = now() + interval '1 day' WHERE grant_id = $1", [grant.grantId]);
    const before = await familyOf(grant.grantId);
    for (let use = 0; use < 3; use += 1) expect(text(await refresh(refreshToken, 'fapi'), 'refresh_token')).toBe(refreshToken);
    const after = await familyOf(grant.grantId);
    expect(after).toMatchObject({ generation: 0, expires_at: before['expires_at'], idle_expires_at: before['expires_at'] });
  });

  it('REF-6: rotation moves the idle end, never past the absolute one, which never moves', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, grant } = await signedIn();
    await suite.owner.query("UPDATE refresh_family SET expires_at = now() + interval '1 hour', idle_expires_at = now() + interval '1 minute' WHERE grant_id = $1", [grant.grantId]);
    const { expires_at: end } = await familyOf(grant.grantId);
    await refresh(refreshToken);
    expect(await familyOf(grant.grantId)).toMatchObject({ expires_at: end, idle_expires_at: end });
  });

  it.each([
    ['idle too long (REF-6)', 'UPDATE refresh_family SET idle_expires_at = now() WHERE grant_id = $1'],
    ['past its absolute end (REF-6)', 'UPDATE refresh_family SET expires_at = now() WHERE grant_id = $1'],
    ['of a revoked grant (GEN-6)', "UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'withdrawn' WHERE id = $1"],
    ['of a session that has ended (REF-7)', "UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = (SELECT session_id FROM authorization_grant WHERE id = $1)"],
    ['of a session that expired (REF-7)', 'UPDATE session SET expires_at = now() WHERE id = (SELECT session_id FROM authorization_grant WHERE id = $1)'],
    ['of a session that was cleared away (REF-7)', 'DELETE FROM session WHERE id = (SELECT session_id FROM authorization_grant WHERE id = $1)'],
    ['of a disabled user (GEN-6)', 'UPDATE account SET enabled = false WHERE id = (SELECT account_id FROM authorization_grant WHERE id = $1)'],
    ['of a user an administrator locked (GEN-6)', 'UPDATE account SET locked_at = now() WHERE id = (SELECT account_id FROM authorization_grant WHERE id = $1)'],
    ['of a user that was removed', 'DELETE FROM account WHERE id = (SELECT account_id FROM authorization_grant WHERE id = $1)'],
  ])('MUST refuse a token %s, and ends nothing by it', async (_case, statement) => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, grant } = await signedIn();
    await suite.owner.query(statement, [grant.grantId]);
    await expect(refresh(refreshToken)).rejects.toEqual(new OAuthError('refresh_token.ended'));
    expect(await familyOf(grant.grantId)).toMatchObject({ generation: 0, revoke_reason: null });
  });

  it('REF-7: with offline_access the token outlives the session', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken, sessionId } = await signedIn(WEB, { scope: ['openid', 'offline_access'], offline: true });
    await suite.owner.query("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = $1", [sessionId]);
    await expect(refresh(refreshToken)).resolves.toMatchObject({ status: 200 });
  });

  it('MUST NOT be done by another client (§6), and nothing is burnt by the attempt', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken } = await signedIn();
    await expect(refresh(refreshToken, 'another')).rejects.toEqual(new OAuthError('refresh_token.foreign'));
    await expect(refresh(refreshToken, 'app')).rejects.toEqual(new OAuthError('refresh_token.foreign'));
    const next = text(await refresh(refreshToken), 'refresh_token');
    await expect(refresh(refreshToken, 'another')).rejects.toEqual(new OAuthError('refresh_token.foreign'));
    await expect(refresh(next)).resolves.toMatchObject({ status: 200 });
  });

  it('GEN-4: an access token, a code and anything else is no refresh token', async () => {
    const { signedIn, refresh } = await deployment();
    const { reply, code } = await signedIn(WEB, { resources: [VAULT] });
    for (const one of [text(reply, 'access_token'), code, 'x', 'x'.repeat(5_000)]) {
      await expect(refresh(one)).rejects.toEqual(new OAuthError('refresh_token.unknown'));
    }
  });

  it('GEN-7: narrows the scope of the access token, never widens it, and the refresh token keeps its own', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken } = await signedIn();
    await expect(refresh(refreshToken, WEB, { scope: 'openid orders.read' })).rejects.toEqual(new OAuthError('user_grant.scope_not_granted'));
    const narrow = await refresh(refreshToken, WEB, { scope: 'profile' });
    expect(members(narrow)).toMatchObject({ scope: 'profile' });
    expect(members(narrow)).not.toHaveProperty('id_token');
    expect(members(await refresh(text(narrow, 'refresh_token')))).toMatchObject({ scope: 'openid profile email', id_token: expect.any(String) });
  });

  it('is not done without a valid lease (decision 1), and burns nothing then', async () => {
    const { signedIn, refresh, lease } = await deployment();
    const { refreshToken } = await signedIn();
    lease.valid = false;
    await expect(refresh(refreshToken)).rejects.toMatchObject({ name: 'Outage', dependency: 'key-lease' });
    lease.valid = true;
    await expect(refresh(refreshToken)).resolves.toMatchObject({ status: 200 });
  });
});

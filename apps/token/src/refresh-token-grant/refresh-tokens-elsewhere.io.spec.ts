import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { ISSUER } from '../testing.js';
import { as, bearer, text, useSignIn, WEB } from '../testing-sign-in-suite.js';

const { deployment, familyOf } = useSignIn();

describe('RFC 7662, RFC 7009 refresh tokens at the other endpoints', () => {
  it('TOK-2: are known to their own client only, while they are the newest', async () => {
    const { signedIn, refresh, introspect } = await deployment();
    const { refreshToken, accountId } = await signedIn();
    const seen = members(await introspect({ token: refreshToken }, as(WEB)));
    expect(seen).toEqual({ active: true, scope: 'openid profile email', client_id: WEB, sub: accountId, iss: ISSUER, iat: expect.any(Number), exp: Number(seen['iat']) + 14 * 86_400 });
    for (const other of ['another', 'orders-api']) expect(members(await introspect({ token: refreshToken }, as(other)))).toEqual({ active: false });
    await refresh(refreshToken);
    expect(members(await introspect({ token: refreshToken }, as(WEB)))).toEqual({ active: false });
  });

  it.each([['newest', 1], ['first', 0]] as const)('TOK-4: revoking the %s of them ends every token of the grant', async (_which, index) => {
    const { signedIn, refresh, revoke, introspect, userinfo } = await deployment();
    const { refreshToken, reply, grant } = await signedIn();
    const next = await refresh(refreshToken);
    const tokens = [refreshToken, text(next, 'refresh_token')];
    await expect(revoke({ token: tokens[index] ?? '' }, as('another'))).rejects.toEqual(new OAuthError('revocation.foreign_token'));
    expect(members(await introspect({ token: text(next, 'access_token') }, as(WEB)))).toMatchObject({ active: true });
    expect(await revoke({ token: tokens[index] ?? '', token_type_hint: 'refresh_token' }, as(WEB))).toMatchObject({ status: 200, body: null });
    for (const one of [reply, next]) {
      expect(members(await introspect({ token: text(one, 'access_token') }, as(WEB)))).toEqual({ active: false });
      await expect(userinfo({}, bearer(one))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
    }
    expect(members(await introspect({ token: text(next, 'refresh_token') }, as(WEB)))).toEqual({ active: false });
    await expect(refresh(text(next, 'refresh_token'))).rejects.toEqual(new OAuthError('refresh_token.ended'));
    expect(await revoke({ token: text(next, 'refresh_token') }, as(WEB))).toMatchObject({ status: 200 });
    expect(await familyOf(grant.grantId)).toMatchObject({ revoke_reason: 'revoked' });
  });

  it('TOK-5: a public client revokes its own', async () => {
    const { signedIn, revoke, refresh } = await deployment();
    const { refreshToken } = await signedIn('app');
    expect(await revoke({ token: refreshToken, client_id: 'app' })).toMatchObject({ status: 200 });
    await expect(refresh(refreshToken, 'app')).rejects.toEqual(new OAuthError('refresh_token.ended'));
  });

  it('revoking one access token of a user leaves the others of its grant', async () => {
    const { signedIn, refresh, revoke, userinfo } = await deployment();
    const { reply, refreshToken } = await signedIn();
    const next = await refresh(refreshToken);
    await revoke({ token: text(reply, 'access_token') }, as(WEB));
    await expect(userinfo({}, bearer(reply))).rejects.toEqual(new OAuthError('userinfo.dead_token'));
    expect(members(await userinfo({}, bearer(next)))).toMatchObject({ name: 'Jane Doe' });
  });
});

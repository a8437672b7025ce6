import { verifyJws } from '@tessera/jose';
import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { ISSUER } from '../testing.js';
import { bearer, claimsOf, KEYS, text, useSignIn, WEB } from '../testing-sign-in-suite.js';
import { CLAIMS } from '../testing-user-grants.js';

const { deployment } = useSignIn();

describe('OIDC Core §5.3 userinfo', () => {
  it('tells the claims of the granted scope and of the claims parameter, about the same sub (TOK-7)', async () => {
    const { signedIn, userinfo } = await deployment();
    const { reply, accountId } = await signedIn(WEB, { scope: ['openid', 'email'], claims: { userinfo: { given_name: { essential: true }, nickname: null } } });
    const expected = { sub: accountId, email: CLAIMS.email, email_verified: true, given_name: 'Jane' };
    expect(members(await userinfo({}, bearer(reply)))).toEqual(expected);
    expect(members(await userinfo({ access_token: text(reply, 'access_token') }))).toEqual(expected);
    expect(claimsOf(text(reply, 'id_token'))['sub']).toBe(accountId);
  });

  it('§5.3.2: is signed for a client that registered an algorithm, with iss, aud and sub', async () => {
    const { signedIn, userinfo } = await deployment();
    const { reply, accountId } = await signedIn('signed', { scope: ['openid'] });
    const { body } = await userinfo({}, bearer(reply));
    expect(verifyJws(String(body), KEYS.publishedRsa, 'RS256')).toBe(true);
    expect(claimsOf(String(body))).toEqual({ iss: ISSUER, aud: 'signed', sub: accountId });
  });

  it('is refused with a narrowed token that has no openid any more, and to a client by itself', async () => {
    const { signedIn, refresh, userinfo } = await deployment();
    const { refreshToken } = await signedIn();
    await expect(userinfo({}, bearer(await refresh(refreshToken, WEB, { scope: 'profile' })))).rejects.toEqual(new OAuthError('userinfo.no_openid'));
  });

  it('is refused with an ID token (RFC 8725 §3.11) and a refresh token (GEN-4)', async () => {
    const { signedIn, userinfo } = await deployment();
    const { reply, refreshToken } = await signedIn();
    await expect(userinfo({}, `Bearer ${text(reply, 'id_token')}`)).rejects.toEqual(new OAuthError('userinfo.invalid_token'));
    await expect(userinfo({}, `Bearer ${refreshToken}`)).rejects.toEqual(new OAuthError('userinfo.dead_token'));
  });
});

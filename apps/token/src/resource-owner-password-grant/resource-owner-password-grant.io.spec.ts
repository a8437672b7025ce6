import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { tokenReplica } from '../testing.js';
import { as, bearer, KEYS, useSignIn, WEB } from '../testing-sign-in-suite.js';
import { signIn } from '../testing-user-grants.js';

const { deployment, suite } = useSignIn();

describe('RFC 6749 §4.3 the password grant', () => {
  const fields = { grant_type: 'password', username: 'jane', password: 'eyJ.sealed', scope: 'openid profile offline_access' };

  it('GEN-10: is unsupported unless the deployment turned it on', async () => {
    const { token } = await deployment();
    await expect(token(fields, as('legacy'))).rejects.toEqual(new OAuthError('token_request.unsupported_grant_type'));
  });

  it('gives the tokens of a code, and asks the owner of the passwords once, with the password as it was sealed', async () => {
    const { token, authorization, userinfo } = await deployment({ passwordGrant: true });
    const { grant, accountId } = await signIn(suite.owner, 'legacy', { session: false, offline: true, scope: ['openid', 'profile', 'offline_access'] });
    authorization.passwordOf = { ...grant, nonce: null };
    const reply = await token(fields, as('legacy'));
    expect(Object.keys(members(reply)).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type']);
    expect(members(await userinfo({}, bearer(reply)))).toMatchObject({ sub: accountId });
    expect(authorization.asked).toMatchObject([
      { request: { clientId: 'legacy', username: 'jane', sealedPassword: 'eyJ.sealed', offline: true, requestId: 'b7mXkq2n0r9w4c1z', sourceAddress: '203.0.113.7', authority: { scope: ['openid', 'profile', 'offline_access'], resources: [] } } },
    ]);
  });

  it('CCR-3: has one answer for every wrong password, and lets an outage pass', async () => {
    const { token } = await deployment({ passwordGrant: true });
    await expect(token(fields, as('legacy'))).rejects.toEqual(new OAuthError('password_grant.refused'));
    await expect(token(fields, as(WEB))).rejects.toEqual(new OAuthError('token_request.grant_type_not_allowed'));
    const alone = await tokenReplica(suite.pool('tessera_token'), KEYS, { passwordGrant: true });
    await expect(alone.token(fields, as('legacy'))).rejects.toMatchObject({ name: 'Outage' });
  });
});

import { hash } from 'node:crypto';
import { verifyJws } from '@tessera/jose';
import { members } from '@tessera/protocol/token-request/testing';
import { OAuthError } from '@tessera/vocabulary';
import { ISSUER } from '../testing.js';
import { as, claimsOf, KEYS, ORDERS, REDIRECT, text, useSignIn, VAULT, WEB } from '../testing-sign-in-suite.js';

const { deployment, suite } = useSignIn();

describe('RFC 6749 §4.1.4, OIDC Core §3.1.3.3 the tokens of a code', () => {
  it('are an access token, an ID token and a refresh token', async () => {
    const { signedIn } = await deployment();
    const { reply, grant, accountId } = await signedIn();
    expect(members(reply)).toEqual({
      access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 600, scope: 'openid profile email',
      id_token: expect.stringMatching(/^eyJ/), refresh_token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    const access = claimsOf(text(reply, 'access_token'));
    expect(access).toMatchObject({ iss: ISSUER, aud: ISSUER, sub: accountId, client_id: WEB, scope: 'openid profile email' });
    expect(access['jti']).toMatch(new RegExp(`^${grant.grantId}\\.[A-Za-z0-9_-]{22}$`));
    expect(verifyJws(text(reply, 'id_token'), KEYS.publishedRsa, 'RS256')).toBe(true);
    const claims = claimsOf(text(reply, 'id_token'));
    expect(claims).toEqual({
      iss: ISSUER, sub: accountId, aud: WEB, iat: expect.any(Number), exp: Number(claims['iat']) + 600, auth_time: grant.authTime,
      nonce: 'n-0S6_WzA2Mj', acr: '1', amr: ['pwd'], sid: grant.sid,
      at_hash: hash('sha256', text(reply, 'access_token'), 'buffer').toString('base64url', 0, 16),
    });
  });

  it('asks the owner of the code once, with the challenge of the verifier and never the code itself', async () => {
    const { signedIn, authorization } = await deployment();
    const { code } = await signedIn();
    expect(authorization.asked).toEqual([
      {
        subject: 'authorization.authorization-code.redeem.v1',
        request: {
          codeHash: hash('sha256', code, 'base64url'), clientId: WEB, redirectUri: 'https://client.example.org/cb', confirmation: null,
          codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', redemptionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
  });

  it('GEN-5: the refresh token is stored by its SHA-256, with its audit event', async () => {
    const { signedIn } = await deployment();
    const { refreshToken, grant } = await signedIn();
    const { rows } = await suite.owner.query(
      `SELECT g.generation, g.derivation_kid, f.client_id, f.user_grant, extract(epoch FROM f.idle_expires_at - f.created_at)::int AS idle,
              extract(epoch FROM f.expires_at - f.created_at)::int AS absolute, a.action
         FROM refresh_generation g JOIN refresh_family f ON f.id = g.family_id JOIN token_audit_event a ON a.subject = f.id::text
        WHERE g.token_hash = $1`,
      [hash('sha256', refreshToken, 'buffer')],
    );
    expect(rows).toEqual([
      { generation: 0, derivation_kid: null, client_id: WEB, user_grant: { ...grant, nonce: null }, idle: 14 * 86_400, absolute: 90 * 86_400, action: 'refresh-family.begun' },
    ]);
    expect(JSON.stringify(rows)).not.toContain(refreshToken);
  });

  it('Ours: writes one statement for the family and nothing else', async () => {
    const { signedIn, queries } = await deployment();
    await signedIn();
    const before = queries.asked.length;
    await signedIn();
    expect(queries.asked.slice(before).filter((name) => name !== 'read-client-changes')).toEqual(['insert-refresh-families']);
  });

  it('has no refresh token without that grant type, and no ID token without openid', async () => {
    const { signedIn } = await deployment();
    expect(Object.keys(members((await signedIn('no-refresh')).reply)).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'scope', 'token_type']);
    const { reply } = await signedIn(WEB, { scope: ['orders.read'], resources: [ORDERS] });
    expect(members(reply)).not.toHaveProperty('id_token');
    expect(claimsOf(text(reply, 'access_token'))).toMatchObject({ aud: ORDERS, scope: 'orders.read' });
  });

  it('OIDC Registration §2: the ID token is signed with the algorithm the client registered', async () => {
    const { signedIn } = await deployment();
    expect(verifyJws(text((await signedIn('signed')).reply, 'id_token'), KEYS.published, 'ES256')).toBe(true);
  });

  it('MUST NOT be given twice (COD-2), nor to another client (COD-4)', async () => {
    const { signedIn, token } = await deployment();
    const { code } = await signedIn();
    await expect(token({ ...REDIRECT, code }, as(WEB))).rejects.toEqual(new OAuthError('authorization_code.replayed'));
    await expect(token({ ...REDIRECT, code }, as('another'))).rejects.toEqual(new OAuthError('authorization_code.mismatch'));
    await expect(token({ ...REDIRECT, code: 'x' }, as(WEB))).rejects.toEqual(new OAuthError('authorization_code.unknown'));
  });
});

describe('RFC 8707 §2.2 tokens for a resource', () => {
  const both = { scope: ['openid', 'orders.read'], resources: [ORDERS, VAULT] };

  it('are for it and, with openid, for the userinfo endpoint', async () => {
    const { signedIn, introspect } = await deployment();
    const { reply, accountId } = await signedIn(WEB, { scope: ['openid', 'orders.read'], resources: [ORDERS] });
    const token = text(reply, 'access_token');
    expect(claimsOf(token)['aud']).toEqual([ORDERS, ISSUER]);
    const seen = members(await introspect({ token }, as('orders-api')));
    expect(seen).toMatchObject({ active: true, aud: [ORDERS, ISSUER], sub: accountId });
    expect(seen).not.toHaveProperty('username');
  });

  it('are for the one that is named among several that were granted', async () => {
    const { signedIn, refresh } = await deployment();
    const { reply, refreshToken } = await signedIn(WEB, both, { resource: VAULT });
    expect(text(reply, 'access_token')).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const next = await refresh(refreshToken, WEB, { resource: ORDERS });
    expect(claimsOf(text(next, 'access_token'))['aud']).toEqual([ORDERS, ISSUER]);
  });

  it('MUST NOT be for one that was not granted, and nothing is burnt by asking', async () => {
    const { signedIn, refresh } = await deployment();
    const { refreshToken } = await signedIn(WEB, { scope: ['openid'], resources: [ORDERS] });
    await expect(refresh(refreshToken, WEB, { resource: VAULT })).rejects.toEqual(new OAuthError('user_grant.resource_not_granted'));
    await expect(refresh(refreshToken)).resolves.toMatchObject({ status: 200 });
  });

  it('live and die as handles do, with the grant', async () => {
    const { signedIn, introspect, userinfo } = await deployment();
    const { reply, sessionId, grant, accountId } = await signedIn(WEB, both, { resource: VAULT });
    const token = text(reply, 'access_token');
    expect((await suite.owner.query('SELECT grant_id FROM opaque_access_token WHERE grant_id = $1', [grant.grantId])).rowCount).toBe(1);
    expect(members(await introspect({ token }, as('orders-api')))).toMatchObject({ active: true, sub: accountId, aud: [VAULT, ISSUER] });
    expect(members(await userinfo({}, `Bearer ${token}`))).toEqual({ sub: accountId });
    await suite.owner.query("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id = $1", [sessionId]);
    expect(members(await introspect({ token }, as('orders-api')))).toEqual({ active: false });
    await expect(userinfo({}, `Bearer ${token}`)).rejects.toEqual(new OAuthError('userinfo.dead_token'));
  });
});

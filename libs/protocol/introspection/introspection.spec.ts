import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import { accessTokenClaims, verifyAccessToken } from '../access-token/index.js';
import { entitlement, facts, GRANT_ID, ISSUER, NOW, sha256, TestIssuerKey, verifierOf } from '../access-token/testing.js';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';
import { client, resource } from '../client/testing.js';
import { authenticateClient } from '../client-authentication/index.js';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '../client-authentication/testing.js';
import type { EdgeRequest } from '../edge/index.js';
import { edgeRequest } from '../token-request/testing.js';
import { answerIntrospection, type IntrospectionPorts } from './index.js';
import { InMemoryLiveAccessTokens, InMemoryLiveRefreshTokens } from './testing.js';

const KEY = new TestIssuerKey();
const CLAIMS = accessTokenClaims(entitlement(), { issuer: ISSUER, issuedAt: NOW, jti: 'JjnqVCtBMbEbCXcs2cDkPw' });
const JWT = KEY.signWith({ alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' }, CLAIMS);
const HANDLE = 'h'.repeat(43);
const secretDigests = [secretDigest(SECRET)];
const CLIENTS: ClientMetadata[] = [
  client({ secretDigests }),
  client({ clientId: 'orders-api', secretDigests, grantTypes: [] }),
  client({ clientId: 'stranger', secretDigests }),
  client({ clientId: 'app', authenticationMethod: 'none' }),
];
const ORDERS = resource({ introspectedBy: ['orders-api'] });

function portsOf(resources: readonly ResourceMetadata[] = [ORDERS]) {
  const live = new InMemoryLiveAccessTokens();
  const refresh = new InMemoryLiveRefreshTokens();
  live.opaque.set(sha256(HANDLE).toString('hex'), facts());
  const authentication = authenticationPorts(CLIENTS);
  const ports: IntrospectionPorts = {
    issuer: ISSUER,
    authenticate: (request, parameters) => authenticateClient(request, parameters, authentication, POLICY),
    verify: (compact) => verifyAccessToken(compact, verifierOf([KEY.jwk])),
    liveAccessTokens: live,
    liveRefreshTokens: refresh,
    resources: { find: (identifier) => Promise.resolve(resources.find((one) => one.identifier === identifier) ?? null) },
  };
  return { ports, live, refresh };
}
const as = (clientId: string, fields: Record<string, string | string[]>) =>
  edgeRequest(fields, { authorization: [basic(clientId, SECRET)], url: 'https://as.example.com/introspect' });

describe('RFC 7662 §2.2 the response for an active token', () => {
  it.each([['orders-api', 'whom the resource trusts'], ['s6BhdRkqt3', 'the client it was issued to']])('tells %s, %s, what a JWT says', async (caller) => {
    const reply = await answerIntrospection(as(caller, { token: JWT }), portsOf().ports);
    expect(reply).toEqual({
      status: 200,
      headers: {},
      body: {
        active: true,
        scope: 'orders.read orders.write',
        client_id: 's6BhdRkqt3',
        token_type: 'Bearer',
        exp: NOW + 600,
        iat: NOW,
        sub: 's6BhdRkqt3',
        aud: 'https://api.example.com/orders',
        iss: ISSUER,
        jti: 'JjnqVCtBMbEbCXcs2cDkPw',
      },
    });
  });

  it('tells what a handle stands for', async () => {
    const reply = await answerIntrospection(as('orders-api', { token: HANDLE }), portsOf().ports);
    expect(reply.body).toEqual({
      active: true,
      scope: 'orders.read',
      client_id: 's6BhdRkqt3',
      token_type: 'Bearer',
      exp: NOW + 540,
      iat: NOW - 60,
      sub: 's6BhdRkqt3',
      aud: 'https://api.example.com/orders',
      iss: ISSUER,
      jti: 'JjnqVCtBMbEbCXcs2cDkPw',
    });
  });

  it.each(['access_token', 'refresh_token', 'made_up'])('does not depend on the hint (§2.1): %s', async (token_type_hint) => {
    const reply = await answerIntrospection(as('orders-api', { token: JWT, token_type_hint }), portsOf().ports);
    expect(reply.body).toMatchObject({ active: true });
  });

  it('asks the database once (decision 3)', async () => {
    for (const token of [JWT, HANDLE]) {
      const { ports, live } = portsOf();
      await answerIntrospection(as('orders-api', { token }), ports);
      expect(live.asked).toBe(1);
    }
  });
});

describe('RFC 7662 §2.2, §4 (TOK-2) everything else is exactly {"active": false}', () => {
  const expired = KEY.signWith({ alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' }, { ...CLAIMS, exp: NOW });
  const foreignKey = new TestIssuerKey().signWith({ alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' }, CLAIMS);
  const idToken = KEY.signWith({ alg: 'ES256', typ: 'JWT', kid: 'issuer-1' }, CLAIMS);
  it.each([
    ['a JWT for a stranger', 'stranger', JWT],
    ['a handle for a stranger', 'stranger', HANDLE],
    ['an expired JWT', 'orders-api', expired],
    ['a JWT by another key', 'orders-api', foreignKey],
    ['an ID token (RFC 8725 §3.11)', 'orders-api', idToken],
    ['an unknown handle', 'orders-api', 'x'.repeat(43)],
    ['text', 'orders-api', 'not a token'],
  ])('for %s', async (_case, caller, token) => {
    await expect(answerIntrospection(as(caller, { token }), portsOf().ports)).resolves.toEqual({ status: 200, headers: {}, body: { active: false } });
  });

  it.each([['a revoked JWT', JWT], ['a revoked handle', HANDLE]])('for %s', async (_case, token) => {
    const { ports, live } = portsOf();
    live.dead.add('JjnqVCtBMbEbCXcs2cDkPw');
    await expect(answerIntrospection(as('orders-api', { token }), ports)).resolves.toMatchObject({ body: { active: false } });
  });

  it.each([['removed', []], ['disabled', [{ ...ORDERS, enabled: false }]]])('for whom a resource trusted that was %s', async (_case, resources) => {
    await expect(answerIntrospection(as('orders-api', { token: JWT }), portsOf(resources).ports)).resolves.toMatchObject({ body: { active: false } });
  });
});

describe('RFC 7662 §2.1 (TOK-1) who may ask', () => {
  const REFUSED: [string, EdgeRequest, ReasonId][] = [
    ['nobody', edgeRequest({ token: JWT }), 'client_authentication.missing'],
    ['a caller with a wrong secret', edgeRequest({ token: JWT }, { authorization: [basic('orders-api', 'x')] }), 'client_authentication.wrong_secret'],
    ['a bearer token', edgeRequest({ token: JWT }, { authorization: [`Bearer ${JWT}`] }), 'client_authentication.unsupported_scheme'],
    ['a public client', edgeRequest({ token: JWT, client_id: 'app' }), 'introspection.public_client'],
  ];
  it.each(REFUSED)('MUST be an authenticated confidential client: not %s', async (_case, request, reason) => {
    const { ports, live } = portsOf();
    const refusal = await answerIntrospection(request, ports).catch((error: unknown) => error);
    expect(refusal).toEqual(new OAuthError(reason));
    expect(refusal).toMatchObject({ status: 401 });
    expect(live.asked).toBe(0);
  });

  it.each([
    ['missing', {}, 'request.missing_parameter'],
    ['empty', { token: '' }, 'request.missing_parameter'],
    ['repeated', { token: [JWT, JWT] }, 'request.repeated_parameter'],
  ] as [string, Record<string, string | string[]>, ReasonId][])('MUST be refused when token is %s', async (_case, fields, reason) => {
    await expect(answerIntrospection(as('orders-api', fields), portsOf().ports)).rejects.toEqual(new OAuthError(reason));
  });

  it('lets an outage through: neither active nor inactive (I7)', async () => {
    const away = () => Promise.reject(new Outage('postgresql', 'away'));
    for (const token of [JWT, HANDLE]) {
      const ports = { ...portsOf().ports, liveAccessTokens: { isAlive: away, findOpaque: away } };
      await expect(answerIntrospection(as('orders-api', { token }), ports)).rejects.toBeInstanceOf(Outage);
    }
    const verify = () => Promise.reject(new Outage('key-management', 'away'));
    await expect(answerIntrospection(as('orders-api', { token: JWT }), { ...portsOf().ports, verify })).rejects.toBeInstanceOf(Outage);
  });
});

describe('RFC 7662 §2.1 refresh tokens', () => {
  const REFRESH = 'r'.repeat(43);
  const live = { clientId: 's6BhdRkqt3', subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA', scope: ['openid'], issuedAt: NOW - 60, expiresAt: NOW + 60 };
  function withRefreshToken() {
    const one = portsOf();
    one.refresh.live.set(sha256(REFRESH).toString('hex'), live);
    return one;
  }

  it('are told to their client, without token_type and username', async () => {
    const reply = await answerIntrospection(as('s6BhdRkqt3', { token: REFRESH }), withRefreshToken().ports);
    expect(reply.body).toEqual({ active: true, scope: 'openid', client_id: 's6BhdRkqt3', sub: 'usr_2iv3d3YcSTm1vE7vTzrWlA', iss: ISSUER, iat: NOW - 60, exp: NOW + 60 });
  });

  it('MUST NOT be told to anybody else (TOK-2)', async () => {
    for (const caller of ['orders-api', 'stranger']) {
      const reply = await answerIntrospection(as(caller, { token: REFRESH }), withRefreshToken().ports);
      expect(reply.body).toEqual({ active: false });
    }
  });

  it.each([
    ['no hint', {}, 1],
    ['the right hint', { token_type_hint: 'refresh_token' }, 0],
    ['a wrong hint', { token_type_hint: 'access_token' }, 1],
    ['an unknown hint', { token_type_hint: 'x' }, 1],
  ])('are found with %s; a hint only says where to look first', async (_case, hint, askedForAccessTokens) => {
    const { ports, live: accessTokens } = withRefreshToken();
    const reply = await answerIntrospection(as('s6BhdRkqt3', { token: REFRESH, ...hint }), ports);
    expect(reply.body).toMatchObject({ active: true });
    expect(accessTokens.asked).toBe(askedForAccessTokens);
  });
});

describe('RFC 7662 §2.2 access tokens of users', () => {
  const USER = { ...CLAIMS, sub: 'usr_2iv3d3YcSTm1vE7vTzrWlA', jti: `${GRANT_ID}.JjnqVCtBMbEbCXcs2cDkPw`, aud: ['https://api.example.com/orders', ISSUER] };
  const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' };

  it('say for which resources they are; a resource of several may know them', async () => {
    const reply = await answerIntrospection(as('orders-api', { token: KEY.signWith(HEADER, USER) }), portsOf().ports);
    expect(reply.body).toMatchObject({ active: true, sub: USER.sub, aud: USER.aud });
    expect(reply.body).not.toHaveProperty('username');
  });

  it('that are for the userinfo endpoint alone are nobody\'s business but their client\'s', async () => {
    const token = KEY.signWith(HEADER, { ...USER, aud: ISSUER });
    expect((await answerIntrospection(as('orders-api', { token }), portsOf().ports)).body).toEqual({ active: false });
    expect((await answerIntrospection(as('s6BhdRkqt3', { token }), portsOf().ports)).body).toMatchObject({ active: true, aud: ISSUER });
  });

  it('say which key they are bound to (RFC 9449 §6.2)', async () => {
    const reply = await answerIntrospection(as('orders-api', { token: KEY.signWith(HEADER, { ...USER, cnf: { jkt: 'thumb' } }) }), portsOf().ports);
    expect(reply.body).toMatchObject({ active: true, cnf: { jkt: 'thumb' } });
  });
});

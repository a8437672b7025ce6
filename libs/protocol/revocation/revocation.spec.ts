import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import { accessTokenClaims, verifyAccessToken } from '../access-token/index.js';
import { entitlement, ISSUER, NOW, sha256, TestIssuerKey, verifierOf } from '../access-token/testing.js';
import { client } from '../client/testing.js';
import { authenticateClient } from '../client-authentication/index.js';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '../client-authentication/testing.js';
import type { EdgeRequest } from '../edge/index.js';
import { edgeRequest } from '../token-request/testing.js';
import { answerRevocation, type RevocationPorts } from './index.js';
import { InMemoryRevocations } from './testing.js';

const KEY = new TestIssuerKey();
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' };
const claimsOf = (clientId: string) =>
  accessTokenClaims(entitlement({ clientId, subject: { kind: 'client', id: clientId } }), { issuer: ISSUER, issuedAt: NOW, jti: `jti-of-${clientId}` });
const JWT = KEY.signWith(HEADER, claimsOf('s6BhdRkqt3'));
const HANDLE = 'h'.repeat(43);
const secretDigests = [secretDigest(SECRET)];
const CLIENTS = [client({ secretDigests }), client({ clientId: 'other', secretDigests }), client({ clientId: 'app', authenticationMethod: 'none' })];

function portsOf() {
  const revocations = new InMemoryRevocations();
  revocations.owners.set(sha256(HANDLE).toString('hex'), 's6BhdRkqt3');
  const authentication = authenticationPorts(CLIENTS);
  const ports: RevocationPorts = {
    authenticate: (request, parameters) => authenticateClient(request, parameters, authentication, POLICY),
    verify: (compact) => verifyAccessToken(compact, verifierOf([KEY.jwk])),
    revocations,
  };
  return { ports, revocations };
}
const as = (clientId: string, fields: Record<string, string | string[]>) =>
  edgeRequest(fields, { authorization: [basic(clientId, SECRET)], url: 'https://as.example.com/revoke' });
const DONE = { status: 200, body: null, headers: {} };

describe('RFC 7009 §2.2 revoking a token of one\'s own', () => {
  it('remembers the jti of a JWT', async () => {
    const { ports, revocations } = portsOf();
    await expect(answerRevocation(as('s6BhdRkqt3', { token: JWT }), ports)).resolves.toEqual(DONE);
    expect(revocations.revokedJtis).toEqual(['jti-of-s6BhdRkqt3']);
  });

  it('revokes the token of a handle', async () => {
    const { ports, revocations } = portsOf();
    await expect(answerRevocation(as('s6BhdRkqt3', { token: HANDLE }), ports)).resolves.toEqual(DONE);
    expect(revocations.revokedHandles).toEqual([sha256(HANDLE).toString('hex')]);
  });

  it('lets a public client revoke its own, by its id alone (TOK-5)', async () => {
    const { ports, revocations } = portsOf();
    const token = KEY.signWith(HEADER, claimsOf('app'));
    await expect(answerRevocation(edgeRequest({ token, client_id: 'app' }), ports)).resolves.toEqual(DONE);
    expect(revocations.revokedJtis).toEqual(['jti-of-app']);
  });

  it.each(['access_token', 'refresh_token', 'made_up'])('does not depend on the hint (§2.1): %s', async (token_type_hint) => {
    const { ports, revocations } = portsOf();
    await expect(answerRevocation(as('s6BhdRkqt3', { token: JWT, token_type_hint }), ports)).resolves.toEqual(DONE);
    expect(revocations.revokedJtis).toHaveLength(1);
  });

  it('answers the same the second time', async () => {
    const { ports } = portsOf();
    await answerRevocation(as('s6BhdRkqt3', { token: JWT }), ports);
    await expect(answerRevocation(as('s6BhdRkqt3', { token: JWT }), ports)).resolves.toEqual(DONE);
  });
});

describe('RFC 7009 §2.2 a token that is none (any more)', () => {
  it.each([
    ['unknown handle', 'x'.repeat(43)],
    ['expired JWT', KEY.signWith(HEADER, { ...claimsOf('s6BhdRkqt3'), exp: NOW })],
    ['JWT by another key', new TestIssuerKey().signWith(HEADER, claimsOf('s6BhdRkqt3'))],
    ['expired JWT of another client', KEY.signWith(HEADER, { ...claimsOf('other'), exp: NOW })],
    ['text', 'not a token'],
  ])('is answered with 200 and changes nothing: %s', async (_case, token) => {
    const { ports, revocations } = portsOf();
    await expect(answerRevocation(as('s6BhdRkqt3', { token }), ports)).resolves.toEqual(DONE);
    expect(revocations).toMatchObject({ revokedJtis: [], revokedHandles: [], revokedFamilies: [] });
  });
});

describe('RFC 7009 §2.1 who may revoke', () => {
  const REFUSED: [string, EdgeRequest, ReasonId][] = [
    ['a JWT of another client', as('other', { token: JWT }), 'revocation.foreign_token'],
    ['a handle of another client', as('other', { token: HANDLE }), 'revocation.foreign_token'],
    ['a token of a confidential client by a public one', edgeRequest({ token: JWT, client_id: 'app' }), 'revocation.foreign_token'],
    ['a token by nobody', edgeRequest({ token: JWT }), 'client_authentication.missing'],
    ['a token by a confidential client without its secret', edgeRequest({ token: JWT, client_id: 's6BhdRkqt3' }), 'client_authentication.method_not_registered'],
    ['a token with a wrong secret', edgeRequest({ token: JWT }, { authorization: [basic('s6BhdRkqt3', 'x')] }), 'client_authentication.wrong_secret'],
    ['no token', as('s6BhdRkqt3', {}), 'request.missing_parameter'],
    ['an empty token', as('s6BhdRkqt3', { token: '' }), 'request.missing_parameter'],
    ['two tokens', as('s6BhdRkqt3', { token: [JWT, HANDLE] }), 'request.repeated_parameter'],
  ];
  it.each(REFUSED)('MUST refuse %s, and change nothing', async (_case, request, reason) => {
    const { ports, revocations } = portsOf();
    await expect(answerRevocation(request, ports)).rejects.toEqual(new OAuthError(reason));
    expect(revocations).toMatchObject({ revokedJtis: [], revokedHandles: [] });
  });

  it('lets an outage through: the client asks again (§2.2.1)', async () => {
    const away = () => Promise.reject(new Outage('postgresql', 'away'));
    for (const token of [JWT, HANDLE]) {
      const ports = { ...portsOf().ports, revocations: { revokeJwt: away, revokeOpaque: away, revokeFamily: away } };
      await expect(answerRevocation(as('s6BhdRkqt3', { token }), ports)).rejects.toBeInstanceOf(Outage);
    }
  });

  it('MUST NOT answer 200 while it is not known whether the token is one of ours (I5)', async () => {
    const { ports, revocations } = portsOf();
    const verify = () => Promise.reject(new Outage('key-management', 'away'));
    await expect(answerRevocation(as('s6BhdRkqt3', { token: JWT }), { ...ports, verify })).rejects.toBeInstanceOf(Outage);
    expect(revocations.revokedJtis).toEqual([]);
  });
});

describe('RFC 7009 §2.1 revoking a refresh token', () => {
  const REFRESH = 'r'.repeat(43);
  const entry = sha256(REFRESH).toString('hex');
  function withFamilyOf(owner: string) {
    const one = portsOf();
    one.revocations.families.set(entry, owner);
    return one;
  }

  it.each([
    ['no hint', {}, ['opaque', 'family']],
    ['the right hint', { token_type_hint: 'refresh_token' }, ['family']],
    ['a wrong hint', { token_type_hint: 'access_token' }, ['opaque', 'family']],
  ])('ends its family, with %s', async (_case, hint, asked) => {
    const { ports, revocations } = withFamilyOf('s6BhdRkqt3');
    await expect(answerRevocation(as('s6BhdRkqt3', { token: REFRESH, ...hint }), ports)).resolves.toEqual(DONE);
    expect(revocations).toMatchObject({ revokedFamilies: [entry], asked });
  });

  it('TOK-5: of a public client, by its id alone', async () => {
    const { ports, revocations } = withFamilyOf('app');
    await expect(answerRevocation(edgeRequest({ token: REFRESH, client_id: 'app' }), ports)).resolves.toEqual(DONE);
    expect(revocations.revokedFamilies).toEqual([entry]);
  });

  it('TOK-4: MUST refuse that of another client, and change nothing', async () => {
    const { ports, revocations } = withFamilyOf('other');
    await expect(answerRevocation(as('s6BhdRkqt3', { token: REFRESH }), ports)).rejects.toEqual(new OAuthError('revocation.foreign_token'));
    expect(revocations).toMatchObject({ revokedFamilies: [], revokedHandles: [] });
  });
});

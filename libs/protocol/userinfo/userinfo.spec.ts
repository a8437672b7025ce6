import { OAuthError, Outage } from '@tessera/vocabulary';
import { accessTokenClaims, verifyAccessToken } from '../access-token/index.js';
import { entitlement, GRANT_ID, ISSUER, NOW, sha256, TestIssuerKey, verifierOf } from '../access-token/testing.js';
import { webClient } from '../client/testing.js';
import { edgeRequest, members } from '../token-request/testing.js';
import { answerUserinfo, type LivePerson, type UserinfoPorts } from './index.js';
import { InMemoryLivePersons } from './testing.js';

const KEY = new TestIssuerKey();
const SUBJECT = 'usr_2iv3d3YcSTm1vE7vTzrWlA';
const JTI = `${GRANT_ID}.JjnqVCtBMbEbCXcs2cDkPw`;
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' };
const HANDLE = 'h'.repeat(43);
const USER = { subject: { kind: 'user', id: SUBJECT }, grantId: GRANT_ID, resource: ISSUER };
const scoped = (...scope: string[]) => entitlement({ ...USER, authority: { version: 1, scope, resources: [], claims: {}, authorizationDetails: [] } });
const CLAIMS = accessTokenClaims(scoped('openid', 'email'), { issuer: ISSUER, issuedAt: NOW, jti: JTI });
const PERSON: LivePerson = {
  subject: SUBJECT,
  grantedClaims: {},
  claims: { name: 'Jane Doe', email: 'janedoe@example.com', email_verified: false, given_name: 'Jane' },
};
const signed = (change: Record<string, unknown> = {}, header: Record<string, unknown> = HEADER): string => KEY.signWith(header, { ...CLAIMS, ...change });

function portsOf(person: LivePerson = PERSON, registration: Record<string, unknown> = {}) {
  const persons = new InMemoryLivePersons();
  persons.byJti.set(JTI, person);
  const client = webClient(registration);
  const ports: UserinfoPorts = {
    issuer: ISSUER,
    verify: (compact) => verifyAccessToken(compact, verifierOf([KEY.jwk])),
    livePersons: persons,
    clients: { find: (clientId) => Promise.resolve(clientId === client.clientId ? client : null) },
    signer: KEY,
  };
  return { ports, persons };
}
const request = (token: string) => edgeRequest({}, { method: 'GET', authorization: [`Bearer ${token}`], url: `${ISSUER}/userinfo` });
const answer = (token: string, { ports } = portsOf()) => answerUserinfo(request(token), ports);

describe('OIDC Core §5.3.2 a successful userinfo response', () => {
  it('MUST have sub, and the claims of the scope that are known', async () => {
    expect(await answer(signed())).toEqual({ status: 200, headers: {}, body: { sub: SUBJECT, email: 'janedoe@example.com', email_verified: false } });
  });

  it('has the claims that the claims parameter asked for (§5.5), whatever the scope', async () => {
    const person = { ...PERSON, grantedClaims: { userinfo: { given_name: { essential: true }, nickname: null }, id_token: { name: null } } };
    expect(members(await answer(signed({ scope: 'openid' }), portsOf(person)))).toEqual({ sub: SUBJECT, given_name: 'Jane' });
  });

  it('has the sub of the grant, whatever is stored or asked for as a claim', async () => {
    const person = { ...PERSON, claims: { ...PERSON.claims, sub: 'usr_another' }, grantedClaims: { userinfo: { sub: { value: 'usr_another' } } } };
    expect(members(await answer(signed(), portsOf(person)))).toMatchObject({ sub: SUBJECT });
  });

  it('is a JWT for a client that registered userinfo_signed_response_alg: iss, aud and sub, no nonce and no exp', async () => {
    const { body, status } = await answer(signed({ scope: 'openid' }), portsOf(PERSON, { userinfoSigningAlgorithm: 'ES256' }));
    expect(status).toBe(200);
    const decoded = verifierOf([KEY.jwk]).decode(String(body));
    expect(decoded).toEqual({ header: { alg: 'ES256', typ: 'JWT', kid: 'issuer-1' }, claims: { iss: ISSUER, aud: 's6BhdRkqt3', sub: SUBJECT } });
  });

  it('works with a token for a resource too, when that is for this endpoint as well', async () => {
    expect(await answer(signed({ aud: ['https://api.example.com/orders', ISSUER] }))).toMatchObject({ status: 200 });
  });

  it('works with a handle', async () => {
    const one = portsOf();
    const token = { clientId: 's6BhdRkqt3', audience: ['https://api.example.com/orders', ISSUER], scope: ['openid'], confirmation: null };
    one.persons.byHandle.set(sha256(HANDLE).toString('hex'), { token, person: PERSON });
    expect(members(await answer(HANDLE, one))).toEqual({ sub: SUBJECT });
  });
});

describe('RFC 6750 §3 a refused userinfo request', () => {
  it('§3.1: without a token SHOULD be told how to authenticate, and no error', async () => {
    const reply = await answerUserinfo(edgeRequest({}, { method: 'GET' }), portsOf().ports);
    expect(reply).toEqual({ status: 401, body: null, headers: { 'WWW-Authenticate': `Bearer realm="${ISSUER}"` } });
  });

  it.each([
    ['an ID token (RFC 8725 §3.11)', signed({}, { ...HEADER, typ: 'JWT' }), 'userinfo.invalid_token'],
    ['a token past its end', signed({ exp: NOW }), 'userinfo.invalid_token'],
    ['a token of another issuer', signed({ iss: 'https://other.example' }), 'userinfo.invalid_token'],
    ['a token signed by another key', new TestIssuerKey().signWith(HEADER, CLAIMS), 'userinfo.invalid_token'],
    ['a token of a client by itself', signed({ jti: 'JjnqVCtBMbEbCXcs2cDkPw', sub: 's6BhdRkqt3' }), 'userinfo.invalid_token'],
    ['a token for a resource only', signed({ aud: 'https://api.example.com/orders' }), 'userinfo.invalid_token'],
    ['a token without openid', signed({ scope: 'email' }), 'userinfo.no_openid'],
    ['a token without scope', signed({ scope: undefined }), 'userinfo.no_openid'],
    ['a token that is bound to a key (RFC 9449 §7.1)', signed({ cnf: { jkt: 'thumb' } }), 'userinfo.bound_token'],
    ['a token that does not live', signed({ jti: `${GRANT_ID}.another` }), 'userinfo.dead_token'],
    ['an unknown handle', HANDLE, 'userinfo.dead_token'],
    ['something else', 'x', 'userinfo.invalid_token'],
  ] as const)('MUST have the reason of %s', async (_case, token, reason) => {
    await expect(answer(token)).rejects.toEqual(new OAuthError(reason));
  });

  it.each([
    ['a handle for another resource', { audience: ['https://api.example.com/orders'] }, 'userinfo.invalid_token'],
    ['a handle without openid', { scope: ['email'] }, 'userinfo.no_openid'],
    ['a handle that is bound to a key', { confirmation: { jkt: 'thumb' } }, 'userinfo.bound_token'],
  ] as const)('MUST have the reason of %s', async (_case, change, reason) => {
    const one = portsOf();
    const token = { clientId: 's6BhdRkqt3', audience: [ISSUER], scope: ['openid'], confirmation: null, ...change };
    one.persons.byHandle.set(sha256(HANDLE).toString('hex'), { token, person: PERSON });
    await expect(answer(HANDLE, one)).rejects.toEqual(new OAuthError(reason));
  });

  it.each([
    ['userinfo.invalid_token', 401],
    ['userinfo.no_openid', 403],
    ['userinfo.several_tokens', 400],
  ] as const)('§3.1: %s is answered with %s', (reason, status) => {
    expect(new OAuthError(reason).status).toBe(status);
  });

  it('asks the database for no token that is refused without it', async () => {
    const one = portsOf();
    await expect(answer(signed({ scope: 'email' }), one)).rejects.toBeInstanceOf(OAuthError);
    expect(one.persons.asked).toEqual([]);
  });

  it('lets an outage through: whether the token lives is not known (I7)', async () => {
    const { ports } = portsOf();
    const livePersons = { findByJwt: () => Promise.reject(new Outage('postgresql', 'away')), findByHandle: () => Promise.reject(new Outage('postgresql', 'away')) };
    for (const token of [signed(), HANDLE]) await expect(answerUserinfo(request(token), { ...ports, livePersons })).rejects.toBeInstanceOf(Outage);
  });
});

import { Outage } from '@tessera/vocabulary';
import { ISSUER, NOW, TestIssuerKey, userGrant, verifierOf } from '../access-token/testing.js';
import { idTokenClaims, verifyIdToken } from './index.js';

const KEY = new TestIssuerKey();
const HEADER = { alg: 'ES256', typ: 'JWT', kid: 'issuer-1' };
const CLAIMS = idTokenClaims(userGrant(), { issuer: ISSUER, issuedAt: NOW, algorithm: 'ES256', accessToken: 'token' });
const verified = (compact: string) => verifyIdToken(compact, verifierOf([KEY.jwk]));

describe('OIDC Core §3.1.2.1 an ID token that comes back as a hint', () => {
  it('is read', async () => {
    expect(await verified(KEY.signWith(HEADER, CLAIMS))).toEqual({
      subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA', audience: ['s6BhdRkqt3'], sid: 'qGZ1nJ0Yx7w', expiresAt: NOW + 600, issuedAt: NOW,
    });
  });

  it.each([
    ['without typ', { alg: 'ES256', kid: 'issuer-1' }, CLAIMS, {}],
    ['past its end (RP-Initiated Logout 1.0 §2; certification, expired hint)', HEADER, { ...CLAIMS, exp: NOW - 86_400 * 365 }, { expiresAt: NOW - 86_400 * 365 }],
    ['for several audiences', HEADER, { ...CLAIMS, aud: ['a', 'b'] }, { audience: ['a', 'b'] }],
    ['without a session', HEADER, { ...CLAIMS, sid: undefined }, { sid: null }],
  ])('is read %s', async (_case, header, claims, expected) => {
    expect(await verified(KEY.signWith(header, claims))).toMatchObject(expected);
  });

  it.each([
    ['is an access token (RFC 9068 §2.1)', { ...HEADER, typ: 'at+jwt' }, CLAIMS],
    ['is a logout token', { ...HEADER, typ: 'logout+jwt' }, CLAIMS],
    ['has the claims of a logout token', HEADER, { ...CLAIMS, events: {} }],
    ['has no kid', { alg: 'ES256', typ: 'JWT' }, CLAIMS],
    ['has a kid that is not published', { ...HEADER, kid: 'issuer-2' }, CLAIMS],
    ['has alg none', { ...HEADER, alg: 'none' }, CLAIMS],
    ["has an algorithm that is not the key's", { ...HEADER, alg: 'HS256' }, CLAIMS],
    ['has crit', { ...HEADER, crit: ['x'], x: 1 }, CLAIMS],
    ['is of another issuer', HEADER, { ...CLAIMS, iss: 'https://other.example.com' }],
    ['has no sub', HEADER, { ...CLAIMS, sub: undefined }],
    ['has an empty sub', HEADER, { ...CLAIMS, sub: '' }],
    ['has no aud', HEADER, { ...CLAIMS, aud: undefined }],
    ['has an empty list as aud', HEADER, { ...CLAIMS, aud: [] }],
    ['has no exp: a signed userinfo response', HEADER, { ...CLAIMS, exp: undefined }],
    ['has a sid that is no text', HEADER, { ...CLAIMS, sid: 7 }],
  ])('is none when it %s', async (_case, header, claims) => {
    expect(await verified(KEY.signWith(header, claims))).toBeNull();
  });

  it.each(['', 'x', 'a.b', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('is none when it is %j', async (compact) => {
    expect(await verified(compact)).toBeNull();
  });

  it('MUST NOT be signed by another key', async () => {
    expect(await verified(new TestIssuerKey().signWith(HEADER, CLAIMS))).toBeNull();
  });

  it('MUST NOT be changed', async () => {
    const [header, , signature] = KEY.signWith(HEADER, CLAIMS).split('.');
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'usr_another' })).toString('base64url');
    expect(await verified(`${header}.${claims}.${signature}`)).toBeNull();
  });

  it('lets an outage of the published keys through: that is neither yes nor no (I7)', async () => {
    const findKey = () => Promise.reject(new Outage('key-management', 'published keys unknown'));
    await expect(verifyIdToken(KEY.signWith(HEADER, CLAIMS), { ...verifierOf([]), findKey })).rejects.toBeInstanceOf(Outage);
  });
});

import { Outage } from '@tessera/vocabulary';
import { accessTokenClaims, issueAccessToken, verifyAccessToken } from './index.js';
import { entitlement, GRANT_ID, ISSUER, issuingPorts, ManualClock, NOW, TestIssuerKey, verifierOf } from './testing.js';

const KEY = new TestIssuerKey();
const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' };
const CLAIMS = accessTokenClaims(entitlement(), { issuer: ISSUER, issuedAt: NOW, jti: 'JjnqVCtBMbEbCXcs2cDkPw' });

describe('RFC 9068 §4 verifying an access token of ours', () => {
  it('reads what was issued', async () => {
    const ports = issuingPorts();
    const { token } = await issueAccessToken(entitlement(), ports);
    expect(await verifyAccessToken(token, verifierOf([ports.key.jwk]))).toEqual({
      jti: ports.issuance.stateless[0]?.jti,
      clientId: 's6BhdRkqt3',
      subject: 's6BhdRkqt3',
      audience: ['https://api.example.com/orders'],
      scope: ['orders.read', 'orders.write'],
      issuedAt: NOW,
      expiresAt: NOW + 600,
      grantId: null,
      confirmation: null,
    });
  });

  it.each([
    ['for two resources, one of them the userinfo endpoint', { aud: ['https://api.example.com/orders', ISSUER] }, { audience: ['https://api.example.com/orders', ISSUER] }],
    ['of a user: its jti names the grant (decision 3)', { jti: `${GRANT_ID}.JjnqVCtBMbEbCXcs2cDkPw` }, { grantId: GRANT_ID }],
    ['whose jti has a dot and no grant', { jti: 'a.JjnqVCtBMbEbCXcs2cDkPw' }, { grantId: null }],
    ['that is bound to a key (RFC 9449 §6.1)', { cnf: { jkt: 'thumb' } }, { confirmation: { jkt: 'thumb' } }],
  ])('reads one %s', async (_case, change, expected) => {
    expect(await verifyAccessToken(KEY.signWith(HEADER, { ...CLAIMS, ...change }), verifierOf([KEY.jwk]))).toMatchObject(expected);
  });

  it('reads a token without scope', async () => {
    const claims = { ...CLAIMS, scope: undefined };
    expect(await verifyAccessToken(KEY.signWith(HEADER, claims), verifierOf([KEY.jwk]))).toMatchObject({ scope: [] });
  });

  it.each([
    ['another type (RFC 8725 §3.11)', { ...HEADER, typ: 'JWT' }, CLAIMS],
    ['no type', { alg: 'ES256', kid: 'issuer-1' }, CLAIMS],
    ['no kid', { alg: 'ES256', typ: 'at+jwt' }, CLAIMS],
    ['a kid that is not published', { ...HEADER, kid: 'issuer-2' }, CLAIMS],
    ['an algorithm that is not the key\'s', { ...HEADER, alg: 'HS256' }, CLAIMS],
    ['alg none', { ...HEADER, alg: 'none' }, CLAIMS],
    ['crit', { ...HEADER, crit: ['x'], x: 1 }, CLAIMS],
    ['another issuer', HEADER, { ...CLAIMS, iss: 'https://other.example.com' }],
    ['no exp', HEADER, { ...CLAIMS, exp: undefined }],
    ['an exp that is now', HEADER, { ...CLAIMS, exp: NOW }],
    ['no jti', HEADER, { ...CLAIMS, jti: undefined }],
    ['no client_id', HEADER, { ...CLAIMS, client_id: undefined }],
    ['no aud', HEADER, { ...CLAIMS, aud: undefined }],
    ['an empty list as aud', HEADER, { ...CLAIMS, aud: [] }],
    ['an aud that is no text', HEADER, { ...CLAIMS, aud: [7] }],
    ['a cnf that says nothing (RFC 7800)', HEADER, { ...CLAIMS, cnf: {} }],
  ])('knows no token with %s', async (_case, header, claims) => {
    expect(await verifyAccessToken(KEY.signWith(header, claims), verifierOf([KEY.jwk]))).toBeNull();
  });

  it('knows no token signed by another key', async () => {
    expect(await verifyAccessToken(new TestIssuerKey().signWith(HEADER, CLAIMS), verifierOf([KEY.jwk]))).toBeNull();
  });

  it('knows no token whose claims were changed', async () => {
    const [header, , signature] = KEY.signWith(HEADER, CLAIMS).split('.');
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, scope: 'admin' })).toString('base64url');
    expect(await verifyAccessToken(`${header}.${claims}.${signature}`, verifierOf([KEY.jwk]))).toBeNull();
  });

  it('knows a token until its last second, and not at its end', async () => {
    const clock = new ManualClock(NOW + 599);
    const token = KEY.signWith(HEADER, CLAIMS);
    expect(await verifyAccessToken(token, verifierOf([KEY.jwk], clock))).not.toBeNull();
    clock.now += 1;
    expect(await verifyAccessToken(token, verifierOf([KEY.jwk], clock))).toBeNull();
  });

  it('lets an outage of the published keys through', async () => {
    const findKey = () => Promise.reject(new Outage('key-management', 'published keys unknown'));
    await expect(verifyAccessToken(KEY.signWith(HEADER, CLAIMS), { ...verifierOf([]), findKey })).rejects.toBeInstanceOf(Outage);
  });

  it('asks for the key of no token that is past its end', async () => {
    const findKey = () => Promise.reject(new Outage('key-management', 'published keys unknown'));
    const past = KEY.signWith({ ...HEADER, kid: 'gone' }, { ...CLAIMS, exp: NOW });
    expect(await verifyAccessToken(past, { ...verifierOf([]), findKey })).toBeNull();
  });
});

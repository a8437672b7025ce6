import * as jose from 'jose';
import { verifyJws } from '../index.js';
import { signingPair } from '../testing.js';
import { signingKeyFrom, signJwt } from './index.js';

const CLAIMS = { iss: 'https://login.example.com', sub: 's6BhdRkqt3', exp: 1_700_000_600, scope: 'orders.read', nothing: undefined };

describe.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)('RFC 7515 §5.1 a JWT signed with %s', (algorithm) => {
  const { key, jwk } = signingPair(algorithm);
  const compact = signJwt(key, 'at+jwt', CLAIMS);

  it('has alg, typ and kid in its header, and the claims that were given', () => {
    expect(jose.decodeProtectedHeader(compact)).toEqual({ alg: algorithm, typ: 'at+jwt', kid: key.kid });
    expect(jose.decodeJwt(compact)).toEqual({ iss: CLAIMS.iss, sub: CLAIMS.sub, exp: CLAIMS.exp, scope: CLAIMS.scope });
  });

  it('is verified by the jose package', async () => {
    const verified = await jose.compactVerify(compact, await jose.importJWK(jwk as jose.JWK, algorithm), { algorithms: [algorithm] });
    expect(verified.protectedHeader.kid).toBe(key.kid);
  });

  it('is verified by our own verifier', () => {
    expect(verifyJws(compact, jwk, algorithm)).toBe(true);
  });

  it('has the header of its own typ, whatever was signed before', () => {
    const types = ['at+jwt', 'JWT', 'logout+jwt', 'JWT'].map((typ) => jose.decodeProtectedHeader(signJwt(key, typ, {})).typ);
    expect(types).toEqual(['at+jwt', 'JWT', 'logout+jwt', 'JWT']);
  });
});

describe('RFC 7518 §3.4 an ES256 signature is r and s, 32 octets each', () => {
  it('always, though DER would leave out leading zeros', () => {
    const { key, jwk } = signingPair('ES256');
    const compacts = Array.from({ length: 600 }, (_, number) => signJwt(key, 'JWT', { number }));
    expect(compacts.every((compact) => compact.split('.')[2]?.length === 86 && verifyJws(compact, jwk, 'ES256'))).toBe(true);
  });
});

describe('RFC 8725 §3.1 a key signs with one algorithm', () => {
  const leased = (purpose: 'sign' | 'client-secret', algorithm: 'ES256' | 'RS256' | 'EdDSA' | 'HS256') => ({
    kid: signingPair('ES256').key.kid,
    purpose,
    algorithm,
    jwk: signingPair('ES256').privateJwk,
  });

  it('accepts a P-256 key for ES256', () => {
    expect(signingKeyFrom(leased('sign', 'ES256')).algorithm).toBe('ES256');
  });
  it.each([
    ['a key of another purpose', leased('client-secret', 'ES256')],
    ['an algorithm that is no signature', leased('sign', 'HS256')],
    ['a P-256 key for RS256', leased('sign', 'RS256')],
    ['a P-256 key for EdDSA', leased('sign', 'EdDSA')],
  ])('refuses %s', (_case, key) => {
    expect(() => signingKeyFrom(key)).toThrow(RangeError);
  });
});

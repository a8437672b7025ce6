import * as jose from 'jose';
import { jwkThumbprint } from './index.js';
import { signingPair } from './testing.js';

describe('RFC 7638 §3 the thumbprint of a key', () => {
  it('is that of the example in §3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
    expect(jwkThumbprint({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' })).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  });

  it('is that of RFC 8037 Appendix A.3', () => {
    expect(jwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it.each(['ES256', 'RS256', 'EdDSA'] as const)('of a private %s key is that of its public key, as the jose package computes it', async (algorithm) => {
    const { jwk, privateJwk } = signingPair(algorithm);
    expect(jwkThumbprint(privateJwk)).toBe(await jose.calculateJwkThumbprint(jwk as jose.JWK));
  });

  it('does not exist for a symmetric key, whose thumbprint would be a hash of the secret', () => {
    expect(() => jwkThumbprint({ kty: 'oct', k: 'AA' })).toThrow();
  });
});

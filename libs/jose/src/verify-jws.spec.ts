import { createPrivateKey, sign } from 'node:crypto';
import type { PublicJwk } from '@tessera/protocol/client';
import * as jose from 'jose';
import { verifyJws } from './index.js';
import { signJwt } from './signing/index.js';
import { macedJws, publicJwk, signingPair } from './testing.js';
import { keyPairFor } from './key-pair/testing.js';

const RFC7515_CLAIMS = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ';
const VECTORS: readonly [string, string, PublicJwk, string][] = [
  [
    'RFC 7515 Appendix A.2 RS256',
    'RS256',
    {
      kty: 'RSA',
      n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
      e: 'AQAB',
    },
    `eyJhbGciOiJSUzI1NiJ9.${RFC7515_CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
  ],
  [
    'RFC 7515 Appendix A.3 ES256',
    'ES256',
    { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' },
    `eyJhbGciOiJFUzI1NiJ9.${RFC7515_CLAIMS}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  ],
  [
    'RFC 7515 Appendix A.4 ES512',
    'ES512',
    {
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    },
    'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  ],
  [
    'RFC 8037 Appendix A.5 EdDSA',
    'EdDSA',
    { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  ],
];

describe('RFC 7515 §5.2 message signature validation', () => {
  it.each(VECTORS)('accepts %s', (_name, algorithm, jwk, compact) => {
    expect(verifyJws(compact, jwk, algorithm)).toBe(true);
  });

  it.each(VECTORS)('MUST reject %s with one bit of the payload changed', (_name, algorithm, jwk, compact) => {
    const [header, payload = '', signature] = compact.split('.');
    const changed = `${payload.slice(0, 4)}${payload[4] === 'A' ? 'B' : 'A'}${payload.slice(5)}`;
    expect(verifyJws([header, changed, signature].join('.'), jwk, algorithm)).toBe(false);
  });

  it.each(['ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'EdDSA'])('accepts what the jose package signs with %s', async (algorithm) => {
    const { publicKey, privateKey } = keyPairFor(algorithm);
    const compact = await new jose.SignJWT({ iss: 'a' }).setProtectedHeader({ alg: algorithm }).sign(privateKey);
    expect(verifyJws(compact, (await jose.exportJWK(publicKey)) as PublicJwk, algorithm)).toBe(true);
  });

  it('RFC 9864 §2.2 accepts Ed25519 as the name of what is registered as EdDSA, in header and key, and of nothing else', async () => {
    const { publicKey, privateKey } = keyPairFor('Ed25519');
    const compact = await new jose.SignJWT({ iss: 'a' }).setProtectedHeader({ alg: 'Ed25519' }).sign(privateKey);
    const jwk = (await jose.exportJWK(publicKey)) as PublicJwk;
    expect([verifyJws(compact, jwk, 'EdDSA'), verifyJws(compact, { ...jwk, alg: 'Ed25519' }, 'EdDSA')]).toEqual([true, true]);
    expect([verifyJws(compact, jwk, 'Ed25519'), verifyJws(compact, { ...jwk, alg: 'ES256' }, 'EdDSA')]).toEqual([false, false]);
  });

  it('MUST reject a signature by another key', () => {
    expect(verifyJws(signJwt(signingPair('ES256').key, 'JWT', {}), signingPair('ES256').jwk, 'ES256')).toBe(false);
  });
});

describe('RFC 8725 §3.1 the algorithm is the registered one, never the token\'s', () => {
  const { key, jwk } = signingPair('RS256');

  it('refuses a header that names another algorithm than the registered one', () => {
    expect(verifyJws(signJwt(key, 'JWT', {}), jwk, 'PS256')).toBe(false);
  });

  it.each(['none', 'NONE', 'HS256', 'ES256K', '', 'constructor', '__proto__'])('has no way to verify with %j', (algorithm) => {
    expect(verifyJws(signJwt(key, 'JWT', {}), jwk, algorithm)).toBe(false);
  });

  it('refuses an unsigned token', () => {
    const unsigned = macedJws({ alg: 'none' }, {}, 'x').replace(/[^.]*$/, '');
    for (const algorithm of ['none', 'RS256', 'ES256']) expect(verifyJws(unsigned, jwk, algorithm)).toBe(false);
  });

  it('refuses a MAC made with the public key (CVE-2015-9235)', () => {
    const octets = JSON.stringify(jwk);
    for (const algorithm of ['HS256', 'RS256']) expect(verifyJws(macedJws({ alg: 'HS256' }, {}, octets), jwk, algorithm)).toBe(false);
  });

  it.each([
    ['a use other than sig', { use: 'enc' }],
    ['another alg', { alg: 'PS256' }],
    ['another kty', { kty: 'EC' }],
  ])('refuses a key with %s (RFC 7517 §4)', (_case, members) => {
    expect(verifyJws(signJwt(key, 'JWT', {}), { ...jwk, ...members } as PublicJwk, 'RS256')).toBe(false);
  });
});

describe('RFC 8725 §3.4, CLI-8 type, curve and size of keys', () => {
  const signedAs = (alg: string, signatureBytes: number) =>
    `${Buffer.from(JSON.stringify({ alg })).toString('base64url')}.e30.${Buffer.alloc(signatureBytes, 1).toString('base64url')}`;

  it.each([
    ['RSA of 1024 bits', publicJwk('rsa', 1024), 'RS256'],
    ['RSA of 4224 bits', publicJwk('rsa', 4224), 'RS256'],
    ['RSA with the exponent 3', publicJwk('rsa', 2048, 3), 'RS256'],
    ['an RSA modulus longer than any acceptable one', { kty: 'RSA', n: 'A'.repeat(684), e: 'AQAB' } as PublicJwk, 'RS256'],
    ['RSA without a modulus', { kty: 'RSA', e: 'AQAB' } as PublicJwk, 'RS256'],
    ['secp256k1', publicJwk('ec', 'secp256k1'), 'ES256'],
    ['P-384 for ES256', publicJwk('ec', 'P-384'), 'ES256'],
    ['a point that is not on the curve', { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(42).concat('E') } as PublicJwk, 'ES256'],
    ['Ed448', { kty: 'OKP', crv: 'Ed448', x: 'A'.repeat(76) } as PublicJwk, 'EdDSA'],
  ])('refuses %s', (_case, jwk, algorithm) => {
    expect(verifyJws(signedAs(algorithm, 64), jwk, algorithm)).toBe(false);
    expect(verifyJws(signedAs(algorithm, 64), jwk, algorithm)).toBe(false); // from the cache as well
  });

  it('MUST refuse an RSA signature of a key whose exponent is 1, which anyone can make', () => {
    const { jwk } = signingPair('RS256');
    expect(verifyJws(signedAs('RS256', 256), { ...jwk, e: 'AQ' }, 'RS256')).toBe(false);
  });

  it('gives a key that comes as another object the same answer', () => {
    const { key, jwk } = signingPair('EdDSA');
    const compact = signJwt(key, 'JWT', {});
    expect([verifyJws(compact, { ...jwk }, 'EdDSA'), verifyJws(compact, { ...jwk }, 'EdDSA')]).toEqual([true, true]);
  });
});

describe('RFC 7518 §3.4 an ECDSA signature is r and s of the full length, neither zero (CVE-2022-21449)', () => {
  const { jwk, privateJwk } = signingPair('ES256');
  const signingInput = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.e30`;
  const good = sign('sha256', Buffer.from(signingInput), { key: createPrivateKey({ key: privateJwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' });
  const verified = (signature: Buffer) => verifyJws(`${signingInput}.${signature.toString('base64url')}`, jwk, 'ES256');

  it('accepts the right one', () => {
    expect(verified(good)).toBe(true);
  });
  it.each([
    ['r = s = 0', Buffer.alloc(64)],
    ['r = 0', Buffer.concat([Buffer.alloc(32), good.subarray(32)])],
    ['s = 0', Buffer.concat([good.subarray(0, 32), Buffer.alloc(32)])],
    ['a byte less', good.subarray(0, 63)],
    ['a byte more', Buffer.concat([good, Buffer.alloc(1)])],
    ['nothing', Buffer.alloc(0)],
    ['DER', sign('sha256', Buffer.from(signingInput), createPrivateKey({ key: privateJwk, format: 'jwk' }))],
  ])('MUST reject %s', (_case, signature) => {
    expect(verified(signature)).toBe(false);
  });
});

describe('RFC 7515 §4.1.11 crit, and other headers that change what is verified', () => {
  const { key, privateJwk, jwk } = signingPair('EdDSA');
  const withHeader = (members: Record<string, unknown>) => {
    const input = `${Buffer.from(JSON.stringify({ alg: 'EdDSA', ...members })).toString('base64url')}.e30`;
    return `${input}.${sign(null, Buffer.from(input), createPrivateKey({ key: privateJwk, format: 'jwk' })).toString('base64url')}`;
  };

  it.each([
    ['crit with an extension', { crit: ['exp'], exp: 1 }],
    ['an empty crit', { crit: [] }],
    ['an unencoded payload (RFC 7797)', { b64: false, crit: ['b64'] }],
    ['b64 without crit', { b64: false }],
    ['zip', { zip: 'DEF' }],
  ])('refuses %s, although the signature is right', (_case, members) => {
    expect(verifyJws(withHeader(members), jwk, 'EdDSA')).toBe(false);
  });

  it('CLI-5 ignores keys that the token brings along', () => {
    const other = signingPair('EdDSA');
    expect(verifyJws(withHeader({ jwk: other.jwk, jku: 'https://evil.example', x5c: [] }), jwk, 'EdDSA')).toBe(true);
    expect(verifyJws(withHeader({ jwk }), other.jwk, 'EdDSA')).toBe(false);
  });

  it('refuses what is not a compact JWS', () => {
    const compact = signJwt(key, 'JWT', {});
    for (const wrong of ['', 'a', 'a.b', `${compact}.x`, ` ${compact}`, compact.replace('.', '=.'), `${compact}${'A'.repeat(16_384)}`]) {
      expect(verifyJws(wrong, jwk, 'EdDSA')).toBe(false);
    }
  });
});

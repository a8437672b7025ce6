import { createHmac } from 'node:crypto';
import type { PublicJwk } from '@tessera/protocol/client';
import type { LeasedKey } from '@tessera/protocol/key-lease';
import { type SigningKey, signingKeyFrom } from './signing/index.js';
import { freshKeyPairSync } from './key-pair/index.js';
import { keyPairFor } from './key-pair/testing.js';

type Algorithm = SigningKey['algorithm'];

/** A fresh pair: the signing key as leased, and its public JWK. */
export function signingPair(algorithm: Algorithm): { key: SigningKey; jwk: PublicJwk; privateJwk: Record<string, unknown> } {
  const { publicKey, privateKey } = keyPairFor(algorithm);
  const privateJwk = privateKey.export({ format: 'jwk' }) as Record<string, unknown>;
  const kid = `kid-${algorithm}` as LeasedKey['kid'];
  return {
    key: signingKeyFrom({ kid, purpose: 'sign', algorithm, jwk: privateJwk }),
    jwk: publicKey.export({ format: 'jwk' }) as PublicJwk,
    privateJwk,
  };
}

/** A public JWK of any kind node can make. */
export function publicJwk(type: 'ec', curve: string): PublicJwk;
export function publicJwk(type: 'rsa', bits: number, exponent?: number): PublicJwk;
export function publicJwk(type: 'ec' | 'rsa', size: string | number, exponent = 65_537): PublicJwk {
  const pair =
    type === 'ec'
      ? freshKeyPairSync('ec', { namedCurve: String(size) })
      : freshKeyPairSync('rsa', { modulusLength: Number(size), publicExponent: exponent });
  return pair.publicKey.export({ format: 'jwk' }) as PublicJwk;
}

/** A compact JWS with any header, MACed with the given octets: for attacks, never for the product. */
export function macedJws(header: Record<string, unknown>, claims: Record<string, unknown>, octets: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signingInput = `${encode(header)}.${encode(claims)}`;
  return `${signingInput}.${createHmac('sha256', octets).update(signingInput).digest('base64url')}`;
}

import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { PublicJwk } from '@tessera/protocol/client';
import type { LeasedKey } from '@tessera/protocol/key-lease';
import { type SigningKey, signingKeyFrom } from './signing/index.js';

type Algorithm = SigningKey['algorithm'];

const GENERATE: Record<Algorithm, () => { publicKey: KeyObject; privateKey: KeyObject }> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

/** A fresh pair: the signing key as leased, and its public JWK. */
export function signingPair(algorithm: Algorithm): { key: SigningKey; jwk: PublicJwk; privateJwk: Record<string, unknown> } {
  const { publicKey, privateKey } = GENERATE[algorithm]();
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
      ? generateKeyPairSync('ec', { namedCurve: String(size) })
      : generateKeyPairSync('rsa', { modulusLength: Number(size), publicExponent: exponent });
  return pair.publicKey.export({ format: 'jwk' }) as PublicJwk;
}

/** A compact JWS with any header, MACed with the given octets: for attacks, never for the product. */
export function macedJws(header: Record<string, unknown>, claims: Record<string, unknown>, octets: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signingInput = `${encode(header)}.${encode(claims)}`;
  return `${signingInput}.${createHmac('sha256', octets).update(signingInput).digest('base64url')}`;
}

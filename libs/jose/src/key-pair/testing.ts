import { freshKeyPairSync, type KeyPair, type KeyPairKind } from './fresh-key-pair.js';

export type { KeyPair };

const KINDS: Readonly<Record<string, KeyPairKind>> = {
  ES256: ['ec', { namedCurve: 'P-256' }],
  ES384: ['ec', { namedCurve: 'P-384' }],
  ES512: ['ec', { namedCurve: 'P-521' }],
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  EdDSA: ['ed25519'],
  Ed25519: ['ed25519'],
  'ECDH-ES+A256KW': ['ec', { namedCurve: 'P-256' }],
};

/** A fresh pair that fits a JOSE algorithm (RFC 7518, RFC 8037, RFC 9864). */
export function keyPairFor(algorithm: string): KeyPair {
  const kind = KINDS[algorithm];
  if (kind === undefined) throw new Error(`no key pair has the algorithm ${algorithm}`);
  return freshKeyPairSync(...kind);
}

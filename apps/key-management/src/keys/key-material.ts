import { randomBytes } from 'node:crypto';
import { jwkThumbprint } from '@tessera/jose';
import { freshKeyPair, type KeyPair } from '@tessera/jose/key-pair';
import type { KeyPolicy, KeyType } from '@tessera/protocol/key-lifecycle';
import { KeyId } from '@tessera/vocabulary';

/** A key just made. It exists in memory only. */
export interface KeyMaterial {
  /** RFC 7638 thumbprint; for a symmetric key, whose thumbprint would be a hash of the secret, as many random octets. */
  readonly kid: KeyId;
  readonly publicJwk: Readonly<Record<string, unknown>> | null;
  readonly privateJwk: Readonly<Record<string, unknown>>;
}

const SYMMETRIC_BYTES = 32;
const KID_BYTES = 32;

/** Makes the material of a type of key, off the event loop: an RSA key takes half a second. */
export async function generateMaterial(type: Pick<KeyType, 'material'>, policy: Pick<KeyPolicy, 'rsaModulusBits'>): Promise<KeyMaterial> {
  switch (type.material) {
    case 'P-256':
      return pair(await freshKeyPair('ec', { namedCurve: 'P-256' }));
    case 'Ed25519':
      return pair(await freshKeyPair('ed25519'));
    case 'RSA':
      return pair(await freshKeyPair('rsa', { modulusLength: policy.rsaModulusBits }));
    case '256 bits':
      return {
        kid: KeyId.parse(randomBytes(KID_BYTES).toString('base64url')),
        publicJwk: null,
        privateJwk: { kty: 'oct', k: randomBytes(SYMMETRIC_BYTES).toString('base64url') },
      };
  }
}

function pair({ publicKey, privateKey }: KeyPair): KeyMaterial {
  const publicJwk = { ...publicKey.export({ format: 'jwk' }) };
  return { kid: KeyId.parse(jwkThumbprint(publicJwk)), publicJwk, privateJwk: { ...privateKey.export({ format: 'jwk' }) } };
}

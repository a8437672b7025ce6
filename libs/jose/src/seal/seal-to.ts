import type { SealingKey } from '@tessera/protocol/key-lease';
import { CompactEncrypt, type CryptoKey, importJWK } from 'jose';
import { SEALING } from './sealing.js';

const imported = new WeakMap<object, Promise<CryptoKey | Uint8Array>>();

/**
 * Seals a JSON object to a public P-256 key: a compact JWE (RFC 7516 §7.1), ECDH-ES+A256KW and A256GCM, `kid` in the header so
 * that the opener knows which key it needs after a rotation. It does not say who sealed it: anyone can.
 *
 * @throws when the JWK is not a point on P-256.
 */
export async function sealTo(key: Pick<SealingKey, 'kid' | 'jwk'>, payload: Readonly<Record<string, unknown>>): Promise<string> {
  return await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ ...SEALING, kid: key.kid })
    .encrypt(await publicKey(key.jwk));
}

function publicKey(jwk: SealingKey['jwk']): Promise<CryptoKey | Uint8Array> {
  const known = imported.get(jwk);
  if (known !== undefined) return known;
  const key = importJWK(jwk, SEALING.alg);
  imported.set(jwk, key);
  return key;
}

import { createCipheriv, createPublicKey, diffieHellman, randomBytes } from 'node:crypto';
import type { SealingKey } from '@tessera/protocol/key-lease';
import { CONTENT, KEY_WRAP, SEALING, wrappingKey } from './sealing.js';
import { freshKeyPairSync } from '../key-pair/index.js';

/** One key agreement with one recipient: the header that carries its ephemeral public key, and the wrapping key it led to. */
interface Agreement {
  readonly kid: string;
  readonly header: string;
  readonly wrappingKey: Buffer;
  /** Instant of performance.now() after which another ephemeral key is made. */
  readonly until: number;
}

/**
 * An agreement serves this long: a curve operation costs twenty times what the symmetric part does. Every value still has a content
 * key of its own; what a stolen wrapping key could open is bounded by the minute it lives.
 */
const AGREEMENT_MS_MAX = 60_000;

const agreements = new WeakMap<object, Agreement>();

/**
 * Seals a JSON object to a public P-256 key: a compact JWE (RFC 7516 §7.1), ECDH-ES+A256KW and A256GCM, `kid` in the header so
 * that the opener knows which key it needs after a rotation. It does not say who sealed it: anyone can. On node:crypto, because
 * WebCrypto spends several times as long on its thread pool.
 *
 * @throws when the JWK is not a point on P-256.
 */
export function sealTo(key: Pick<SealingKey, 'kid' | 'jwk'>, payload: Readonly<Record<string, unknown>>): string {
  const agreement = agreementWith(key);
  const contentKey = randomBytes(CONTENT.key);
  const iv = randomBytes(CONTENT.iv);
  const cipher = createCipheriv(CONTENT.cipher, contentKey, iv).setAAD(Buffer.from(agreement.header));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(payload), 'utf8'), cipher.final()]);
  const wrapping = createCipheriv(KEY_WRAP.cipher, agreement.wrappingKey, KEY_WRAP.iv);
  const wrapped = Buffer.concat([wrapping.update(contentKey), wrapping.final()]);
  return [agreement.header, encoded(wrapped), encoded(iv), encoded(ciphertext), encoded(cipher.getAuthTag())].join('.');
}

function agreementWith({ kid, jwk }: Pick<SealingKey, 'kid' | 'jwk'>): Agreement {
  const now = performance.now();
  const known = agreements.get(jwk);
  if (known !== undefined && known.kid === kid && now < known.until) return known;
  const recipient = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  const ephemeral = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = ephemeral.publicKey.export({ format: 'jwk' });
  const made: Agreement = {
    kid,
    header: encoded(JSON.stringify({ ...SEALING, kid, epk: { kty, crv, x, y } })),
    wrappingKey: wrappingKey(diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient })),
    until: now + AGREEMENT_MS_MAX,
  };
  agreements.set(jwk, made);
  return made;
}

function encoded(octets: Buffer | string): string {
  return Buffer.from(octets).toString('base64url');
}

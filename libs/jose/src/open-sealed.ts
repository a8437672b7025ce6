import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { JsonObject } from './json-object.js';
import { CONTENT, KEY_WRAP, SEALED_LENGTH_MAX, SEALING, wrappingKey } from './seal/sealing.js';

/** A private key that opens what was sealed to its public part; a leased key of an opening purpose is one. */
export interface OpeningKey {
  readonly kid: string;
  /** Private P-256 JWK. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** A sealed value that cannot be opened. The message says why and contains nothing of the value. */
export class SealRefused extends Error {
  override readonly name = 'SealRefused';

  constructor(
    /** `unknown_key`: sealed to a key that is not among the given ones, for instance one that was removed since. */
    readonly reason: 'malformed' | 'unknown_key' | 'undecryptable',
    options?: ErrorOptions,
  ) {
    super(`a sealed value cannot be opened: ${reason}`, options);
  }
}

const EphemeralKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
const SealHeader = z.object({
  alg: z.literal(SEALING.alg),
  enc: z.literal(SEALING.enc),
  kid: z.string(),
  epk: EphemeralKey,
  zip: z.undefined().optional(),
  crit: z.undefined().optional(),
  apu: z.undefined().optional(),
  apv: z.undefined().optional(),
});
const PrivateJwk = EphemeralKey.extend({ d: z.string() });

/** RFC 7516 §7.1: header, wrapped key, initialisation vector, ciphertext and tag. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/** Wrapping keys by the ephemeral key of the header, which a sealer keeps for a while; an attacker's only push each other out. */
const AGREEMENTS_MAX = 64;
const agreements = new WeakMap<object, Map<string, Buffer>>();
const imported = new WeakMap<object, KeyObject>();

/**
 * Opens a compact JWE made by `sealTo`. `alg` and `enc` are allow-lists of one, so password-based and direct key management
 * and compression do not exist here (RFC 8725 §3.1, EDG-5); the header's `kid` only selects among the given keys.
 *
 * @throws {SealRefused}
 */
export function openSealed(
  jwe: string,
  keys: readonly OpeningKey[],
  limits: { readonly lengthMax: number } = { lengthMax: SEALED_LENGTH_MAX },
): Record<string, unknown> {
  const parts = jwe.length > limits.lengthMax ? null : COMPACT.exec(jwe);
  if (parts === null) throw new SealRefused('malformed');
  const [, encodedHeader = '', ...octets] = parts;
  const header = SealHeader.safeParse(JsonObject.safeParse(Buffer.from(encodedHeader, 'base64url').toString()).data);
  if (!header.success) throw new SealRefused('malformed', { cause: header.error });
  const key = keys.find((one) => one.kid === header.data.kid);
  if (key === undefined) throw new SealRefused('unknown_key');
  const payload = JsonObject.safeParse(decrypt(encodedHeader, octets, agreed(key, header.data.epk)));
  if (!payload.success) throw new SealRefused('malformed');
  return payload.data;
}

function decrypt(encodedHeader: string, octets: readonly string[], wrapping: Buffer): string {
  const [wrapped, iv, ciphertext, tag] = octets.map((part) => Buffer.from(part, 'base64url'));
  if (wrapped === undefined || iv?.length !== CONTENT.iv || ciphertext === undefined || tag?.length !== CONTENT.tag)
    throw new SealRefused('undecryptable');
  try {
    const unwrapping = createDecipheriv(KEY_WRAP.cipher, wrapping, KEY_WRAP.iv);
    const contentKey = Buffer.concat([unwrapping.update(wrapped), unwrapping.final()]);
    const decipher = createDecipheriv(CONTENT.cipher, contentKey, iv, { authTagLength: CONTENT.tag });
    decipher.setAAD(Buffer.from(encodedHeader)).setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SealRefused('undecryptable', { cause });
  }
}

/** RFC 7518 §4.6. A point that is not on the curve is refused by the import (the invalid-curve attack of RFC 8725 §2.5). */
function agreed(key: OpeningKey, epk: z.infer<typeof EphemeralKey>): Buffer {
  const known = agreements.get(key.jwk) ?? new Map<string, Buffer>();
  agreements.set(key.jwk, known);
  const name = `${epk.x}.${epk.y}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const privateKey = privateKeyOf(key);
  try {
    const made = wrappingKey(diffieHellman({ privateKey, publicKey: createPublicKey({ key: epk, format: 'jwk' }) }));
    const [oldest] = known.keys();
    if (known.size >= AGREEMENTS_MAX && oldest !== undefined) known.delete(oldest);
    known.set(name, made);
    return made;
  } catch (cause) {
    throw new SealRefused('undecryptable', { cause });
  }
}

function privateKeyOf(key: OpeningKey): KeyObject {
  const known = imported.get(key.jwk);
  if (known !== undefined) return known;
  const opening = createPrivateKey({ key: PrivateJwk.parse(key.jwk), format: 'jwk' });
  imported.set(key.jwk, opening);
  return opening;
}

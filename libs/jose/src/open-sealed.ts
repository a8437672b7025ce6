import { type CryptoKey, compactDecrypt, decodeProtectedHeader, importJWK } from 'jose';
import { z } from 'zod';
import { JsonObject } from './json-object.js';
import { SEALED_LENGTH_MAX, SEALING } from './seal/sealing.js';

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

const SealHeader = z.object({ alg: z.literal(SEALING.alg), enc: z.literal(SEALING.enc), kid: z.string(), zip: z.undefined().optional() });
const PrivateJwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.string() });

const imported = new WeakMap<object, Promise<CryptoKey | Uint8Array>>();

/**
 * Opens a compact JWE made by `sealTo`. `alg` and `enc` are allow-lists of one, so password-based and direct key management
 * and compression do not exist here (RFC 8725 §3.1, EDG-5); the header's `kid` only selects among the given keys.
 *
 * @throws {SealRefused}
 */
export async function openSealed(
  jwe: string,
  keys: readonly OpeningKey[],
  limits: { readonly lengthMax: number } = { lengthMax: SEALED_LENGTH_MAX },
): Promise<Record<string, unknown>> {
  const { kid } = readHeader(jwe, limits.lengthMax);
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new SealRefused('unknown_key');
  const opened = await decrypt(jwe, key);
  const payload = JsonObject.safeParse(new TextDecoder().decode(opened));
  if (!payload.success) throw new SealRefused('malformed');
  return payload.data;
}

function readHeader(jwe: string, lengthMax: number): z.infer<typeof SealHeader> {
  if (jwe.length > lengthMax) throw new SealRefused('malformed');
  try {
    return SealHeader.parse(decodeProtectedHeader(jwe));
  } catch (cause) {
    throw new SealRefused('malformed', { cause });
  }
}

async function decrypt(jwe: string, key: OpeningKey): Promise<Uint8Array> {
  try {
    const { plaintext } = await compactDecrypt(jwe, await privateKey(key), {
      keyManagementAlgorithms: [SEALING.alg],
      contentEncryptionAlgorithms: [SEALING.enc],
      maxDecompressedLength: 0,
    });
    return plaintext;
  } catch (cause) {
    throw new SealRefused('undecryptable', { cause });
  }
}

function privateKey(key: OpeningKey): Promise<CryptoKey | Uint8Array> {
  const known = imported.get(key.jwk);
  if (known !== undefined) return known;
  const opening = importJWK(PrivateJwk.parse(key.jwk), SEALING.alg);
  imported.set(key.jwk, opening);
  return opening;
}

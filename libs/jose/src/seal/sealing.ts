import { createHash } from 'node:crypto';

/** RFC 7518 §4.6, §5.3: the one key agreement and the one content encryption of sealed values. */
export const SEALING = { alg: 'ECDH-ES+A256KW', enc: 'A256GCM' } as const;

/** Characters of a sealed value that is opened at all, unless the caller expects more (EDG-5). */
export const SEALED_LENGTH_MAX = 16 * 1024;

/** RFC 7518 §4.4: the cipher that wraps the content key, and the initial value of RFC 3394 §2.2.3.1. */
export const KEY_WRAP = { cipher: 'id-aes256-wrap', iv: Buffer.alloc(8, 0xa6) } as const;

/** RFC 7518 §5.3: sizes in octets of key, initialisation vector and tag of A256GCM. */
export const CONTENT = { cipher: 'aes-256-gcm', key: 32, iv: 12, tag: 16 } as const;

/** RFC 7518 §4.6.2: the wrapping key of 256 bits, by one round of Concat KDF with SHA-256 over the agreed secret; no party infos. */
export function wrappingKey(agreed: Buffer): Buffer {
  const algorithm = Buffer.from(SEALING.alg);
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), agreed, uint32(algorithm.length), algorithm, uint32(0), uint32(0), uint32(256)]))
    .digest();
}

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

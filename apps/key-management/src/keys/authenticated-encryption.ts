import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
/** First octet of every box, so that another algorithm can come beside this one. */
const VERSION = 1;
/** NIST SP 800-38D §8.2.2: 96 random bits are good for 2^32 boxes of one key; a data key makes one, a key-encryption key few. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/**
 * Encrypts with AES-256-GCM: version ‖ iv ‖ tag ‖ ciphertext. `associated` says what the box is for; it is not stored, and
 * whoever opens the box has to know it (KEY-6).
 */
export function encryptBox(key: KeyObject, plaintext: Uint8Array, associated: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(associated));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Uint8Array.of(VERSION), iv, cipher.getAuthTag(), ciphertext]);
}

/** Opens a box; null when the key, the purpose or a single bit is not the one it was made with. */
export function decryptBox(key: KeyObject, box: Uint8Array, associated: string): Buffer | null {
  if (box.length < HEAD_BYTES || box[0] !== VERSION) return null;
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(associated))
    .setAuthTag(box.subarray(1 + IV_BYTES, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(HEAD_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

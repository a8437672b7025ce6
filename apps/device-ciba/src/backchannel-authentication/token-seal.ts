import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { KeyId } from '@tessera/vocabulary';
import { type DerivationKeys, handleKey } from './handle-keys.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What is sealed; each has a key of its own per row, so that nothing is opened as something else. */
type Kind = 'notification-token' | 'push-body';

/**
 * Seals what has to be said again but must not stand in a dump: how clients are told, and what they are pushed. AES-256-GCM under a
 * key derived from the one on loan and the row's id; the key id is the row's own.
 *
 * It does not protect against whoever has the lease: that is who says it.
 */
export class TokenSeal {
  constructor(private readonly lease: DerivationKeys) {}

  /** @throws {Outage} without a valid lease. */
  seal(kind: Kind, rowId: string, kid: KeyId, text: string): Buffer {
    const key = this.keyOf(kind, rowId, kid);
    if (key === null) throw new RangeError('the key to seal with is not leased');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  /** Null when its key is gone, or it was sealed for something else. @throws {Outage} without a valid lease. */
  open(kind: Kind, rowId: string, kid: KeyId, sealed: Buffer): string | null {
    const key = this.keyOf(kind, rowId, kid);
    if (key === null || sealed.length < IV_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  private keyOf(kind: Kind, rowId: string, kid: KeyId): Buffer | null {
    const key = handleKey(this.lease, kid);
    return key === null ? null : createHmac('sha256', key.secret).update(`seal\0${kind}\0${rowId}`).digest();
  }
}

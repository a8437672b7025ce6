import type { Logger } from '@tessera/observability';
import { Outage } from '@tessera/vocabulary';
import { decryptBox, encryptBox } from './authenticated-encryption.js';
import type { Keyring } from './keyring.js';

/** A data key in the form it is stored in. */
export interface WrappedDataKey {
  /** Id of the key-encryption key. */
  readonly keyEncryptionKey: string;
  readonly wrapped: Uint8Array;
}

const CANARY_PURPOSE = 'tessera.canary.v1';
const CANARY = Buffer.from('the right key-encryption key');

/**
 * Wraps and unwraps data keys with the keyring. This is the port of decision 1 behind which a KMS would stand.
 *
 * The keyring is read again from where it came, so that a mounted file can change without a restart (K8S-8).
 */
export class KeyEncryption {
  private keyring: Keyring;
  private unreadable = false;

  /** @param read reads the keyring; throws when it is missing or wrong. The first reading has to succeed. */
  constructor(
    private readonly read: () => Keyring,
    private readonly logger: Logger,
  ) {
    this.keyring = read();
  }

  /** F29: a keyring that cannot be read at run time leaves the one that was read before, and one line in the log. */
  reload(): void {
    try {
      this.keyring = this.read();
      this.unreadable = false;
    } catch (error) {
      if (!this.unreadable) this.logger.error('the keyring cannot be read again; the one read before stays', { error });
      this.unreadable = true;
    }
  }

  /** Id of the key-encryption key that wraps. */
  get active(): string {
    return this.keyring.active;
  }

  /** Whether the keyring has the key of that id. */
  has(id: string): boolean {
    return this.keyring.keys.has(id);
  }

  wrap(dataKey: Uint8Array, purpose: string): WrappedDataKey {
    const { active } = this.keyring;
    return { keyEncryptionKey: active, wrapped: encryptBox(this.key(active), dataKey, purpose) };
  }

  /** @throws {Outage} `key-encryption` when the key is not in the keyring or is another one than it was. */
  unwrap({ keyEncryptionKey, wrapped }: WrappedDataKey, purpose: string): Uint8Array {
    const dataKey = decryptBox(this.key(keyEncryptionKey), wrapped, purpose);
    if (dataKey === null) throw wrongKey(keyEncryptionKey);
    return dataKey;
  }

  /** A known text under the key-encryption key of that id. */
  sealCanary(id: string): Uint8Array {
    return encryptBox(this.key(id), CANARY, CANARY_PURPOSE);
  }

  /** Whether the key-encryption key of that id is the one the canary was sealed with. */
  opensCanary(id: string, sealed: Uint8Array): boolean {
    return decryptBox(this.key(id), sealed, CANARY_PURPOSE)?.equals(CANARY) === true;
  }

  private key(id: string) {
    const key = this.keyring.keys.get(id);
    if (key === undefined) throw missingKey(id);
    return key;
  }
}

/** What the operator has to do, in one line that names the key. */
export function missingKey(id: string): Outage {
  return new Outage('key-encryption', `key-encryption key "${id}" is missing: keys are wrapped with it; put it back into KEY_ENCRYPTION_KEYRING`);
}

/** A key-encryption key with the right id and the wrong bytes. */
export function wrongKey(id: string): Outage {
  return new Outage('key-encryption', `key-encryption key "${id}" is not the one keys were wrapped with: put its former bytes back into KEY_ENCRYPTION_KEYRING`);
}

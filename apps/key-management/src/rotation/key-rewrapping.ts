import type { Actor } from '@tessera/contracts';
import type { KeyEncryption } from '../keys/key-encryption.js';
import type { KeyVault } from '../keys/key-vault.js';
import type { SqlKeyWrappings } from '../keys/sql-key-wrappings.js';

/** What one batch did. */
export interface RewrapOutcome {
  readonly rewrapped: number;
  /** Keys that another key-encryption key still wraps. */
  readonly remaining: number;
  readonly activeKeyEncryptionKey: string;
}

/** Keys of one batch: one statement that commits or has never been. */
const BATCH_MAX = 50;

/**
 * Moves keys under the active key-encryption key, batch by batch, from wherever it was left. Private keys
 * are not touched, only their wrapped data keys. Once nothing remains, the old key-encryption key is not needed any more.
 */
export class KeyRewrapping {
  constructor(
    private readonly wrappings: SqlKeyWrappings,
    private readonly vault: KeyVault,
    private readonly encryption: KeyEncryption,
  ) {}

  /** @throws {Outage} `key-encryption` when a key-encryption key that is to be replaced is not in the keyring. */
  async rewrap({ actor, dryRun }: { readonly actor: Actor; readonly dryRun: boolean }): Promise<RewrapOutcome> {
    const { active } = this.encryption;
    const rewrapped = dryRun ? 0 : await this.batch(active, actor);
    const remaining = (await this.wrappings.counts()).filter(({ id }) => id !== active).reduce((sum, { wrapped }) => sum + wrapped, 0);
    if (!dryRun && remaining === 0) await this.wrappings.removeUnusedCanaries(active);
    return { rewrapped, remaining, activeKeyEncryptionKey: active };
  }

  private async batch(active: string, actor: Actor): Promise<number> {
    const keys = await this.wrappings.toRewrap(active, BATCH_MAX);
    if (keys.length === 0) return 0;
    const rewrapped = keys.map((key) => ({ kid: key.kid, wrapped: this.vault.rewrap(key), replaced: key.wrappedDataKey }));
    return await this.wrappings.rewrap(active, rewrapped, actor);
  }
}

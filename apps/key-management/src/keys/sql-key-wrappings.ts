import type { Actor } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { KeyAlgorithm, KeyPurpose } from '@tessera/protocol/key-lease';
import { KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { SealedKey } from './key-vault.js';

/** How many keys a key-encryption key wraps. */
export interface WrappedCount {
  readonly id: string;
  readonly wrapped: number;
}

const Octets = z.instanceof(Uint8Array);
const CountRow = z.object({ id: z.string(), wrapped: z.number() });
const CanaryRow = z.object({ id: z.string(), sealed: Octets });
const WrappedRow = z.object({ kid: KeyId, purpose: KeyPurpose, algorithm: KeyAlgorithm, keyEncryptionKey: z.string(), wrappedDataKey: Octets });

/** Which key-encryption key wraps what, and the canaries that tell a wrong one. */
export class SqlKeyWrappings {
  constructor(private readonly queries: QueryRunner) {}

  async counts(): Promise<readonly WrappedCount[]> {
    return z.array(CountRow).parse(await this.queries.run('count-wrapped-keys', []));
  }

  async canaries(): Promise<ReadonlyMap<string, Uint8Array>> {
    const rows = z.array(CanaryRow).parse(await this.queries.run('list-canaries', []));
    return new Map(rows.map(({ id, sealed }) => [id, sealed]));
  }

  /** Keeps the canary that is there already. */
  async createCanary(id: string, sealed: Uint8Array): Promise<void> {
    await this.queries.run('create-canary', [id, sealed]);
  }

  /** Removes the canaries of key-encryption keys that wrap nothing and are not the active one. */
  async removeUnusedCanaries(active: string): Promise<void> {
    await this.queries.run('remove-unused-canaries', [active]);
  }

  /** Keys that are not wrapped by the active key-encryption key. */
  async toRewrap(active: string, count: number): Promise<readonly Omit<SealedKey, 'sealedPrivate'>[]> {
    return z.array(WrappedRow).parse(await this.queries.run('list-keys-to-rewrap', [active, count]));
  }

  /** Replaces wrappings, all in one statement. The number is how many there were still as they had been read. */
  async rewrap(
    active: string,
    rewrapped: readonly { readonly kid: KeyId; readonly wrapped: Uint8Array; readonly replaced: Uint8Array }[],
    actor: Actor,
  ): Promise<number> {
    const rows = await this.queries.run('rewrap-keys', [
      active,
      rewrapped.map(({ kid }) => kid),
      rewrapped.map(({ wrapped }) => wrapped),
      rewrapped.map(({ replaced }) => replaced),
      actor.kind,
      actor.name,
    ]);
    return rows.length;
  }
}

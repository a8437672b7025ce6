import type { Actor } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { KeyRecord, type KeyType } from '@tessera/protocol/key-lifecycle';
import { type EpochSeconds, KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { NewKey } from './key-vault.js';

/** All keys at one moment of the database's clock. */
export interface KeyList {
  readonly keys: readonly KeyRecord[];
  readonly now: EpochSeconds;
}

const ListedRow = KeyRecord.extend({ now: z.number() });
const KidRow = z.object({ kid: KeyId });
const RevokedRow = z.object({ revoked: KeyId, promoted: KeyId.nullable() });

/**
 * The life of keys in PostgreSQL. Every step is one statement that repeats its condition, retires or promotes the other key
 * it concerns, and writes its audit row; so of any number of replicas one wins, and the others learn that they did not.
 */
export class SqlKeys {
  constructor(private readonly queries: QueryRunner) {}

  /** Newest first. */
  async list({ includeRemoved }: { readonly includeRemoved: boolean }): Promise<KeyList> {
    const rows = z.array(ListedRow).parse(await this.queries.run('list-keys', [includeRemoved]));
    return { keys: rows.map(({ now: _now, ...key }) => key), now: rows[0]?.now ?? 0 }; // where there is no key, nothing depends on the time
  }

  /** The key that a request made or claimed. */
  findOfRequest(idempotencyKey: string): Promise<KeyId | null> {
    return this.kid('find-key-of-request', [idempotencyKey]);
  }

  /** The successor on its way for a type of key; it answers this request from now on. */
  claimSuccessor(type: KeyType, idempotencyKey: string): Promise<KeyId | null> {
    return this.kid('claim-successor', [type.purpose, type.algorithm, idempotencyKey]);
  }

  /** Stores a new key. Null when there is a successor already, or when `predecessor` is not the active key any more. */
  create(key: NewKey, made: { readonly idempotencyKey: string | null; readonly predecessor: KeyId | null; readonly actor: Actor }): Promise<KeyId | null> {
    const publicJwk = key.publicJwk === null ? null : JSON.stringify(key.publicJwk);
    return this.kid('create-key', [
      key.kid,
      key.purpose,
      key.algorithm,
      publicJwk,
      key.wrappedDataKey,
      key.sealedPrivate,
      key.keyEncryptionKey,
      made.idempotencyKey,
      made.predecessor,
      made.actor.kind,
      made.actor.name,
    ]);
  }

  /** created → published. */
  publish(kid: KeyId, actor: Actor): Promise<KeyId | null> {
    return this.kid('publish-key', [kid, actor.kind, actor.name]);
  }

  /** published → active, and its predecessor active → retiring, together. Null when somebody else was first. */
  async activate(
    kid: KeyId,
    step: { readonly predecessor: KeyId | null; readonly publishedForSeconds: number; readonly retireSeconds: number | null; readonly actor: Actor },
  ): Promise<KeyId | null> {
    const { predecessor, publishedForSeconds, retireSeconds, actor } = step;
    try {
      return await this.kid('activate-key', [kid, predecessor, publishedForSeconds, retireSeconds, actor.kind, actor.name]);
    } catch (error) {
      if (isUniqueViolation(error)) return null; // the index of the one active key: the second net
      throw error;
    }
  }

  /** retiring → removed, once its time is over. */
  remove(kid: KeyId, actor: Actor): Promise<KeyId | null> {
    return this.kid('remove-key', [kid, actor.kind, actor.name]);
  }

  /** Any state → removed, at once; an active key only together with the activation of its successor. */
  async revoke(
    kid: KeyId,
    step: { readonly successor: KeyId | null; readonly revocation: string; readonly actor: Actor },
  ): Promise<{ readonly revoked: KeyId; readonly promoted: KeyId | null } | null> {
    const { successor, revocation, actor } = step;
    const [row] = await this.queries.run('revoke-key', [kid, successor, revocation, actor.kind, actor.name]);
    return row === undefined ? null : RevokedRow.parse(row);
  }

  private async kid(statement: string, parameters: readonly unknown[]): Promise<KeyId | null> {
    const [row] = await this.queries.run(statement, parameters);
    return row === undefined ? null : KidRow.parse(row).kid;
  }
}

/** SQLSTATE 23505. */
function isUniqueViolation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505';
}

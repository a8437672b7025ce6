import type { Actor } from '@tessera/contracts';
import { findKeyType, isRevocable, type KeyPolicy, type KeyRecord, type KeyType, retireSeconds, successor } from '@tessera/protocol/key-lifecycle';
import { type KeyId, Outage } from '@tessera/vocabulary';
import type { KeyVault } from '../keys/key-vault.js';
import type { SqlKeys } from '../keys/sql-keys.js';
import type { KeyChanges } from './key-changes.js';

/** What became of a command to rotate. */
export interface RotationOutcome {
  readonly outcome: 'rotated' | 'scheduled' | 'never_rotated' | 'unknown_key_type';
  readonly key: KeyRecord | null;
}

/** What became of a command to revoke. */
export interface RevocationOutcome {
  readonly outcome: 'revoked' | 'unknown' | 'never_revoked';
  readonly successor: KeyRecord | null;
}

/** Each attempt loses to another change of the same keys that succeeded, so a handful is more than ever happens. */
const ATTEMPTS_MAX = 5;

/**
 * What an operator may do to the life of keys. Made of the same conditional steps as the schedule, so that both may run on
 * every replica at once; a step that lost means that the keys are not as they were read, and they are read again.
 */
export class KeyRotation {
  constructor(
    private readonly keys: SqlKeys,
    private readonly vault: KeyVault,
    private readonly policy: KeyPolicy,
    private readonly changes: KeyChanges,
  ) {}

  /** A new key for a purpose and algorithm. The same `idempotencyKey` gets the same key, whatever has become of it since. */
  async rotate(command: {
    readonly purpose: string;
    readonly algorithm: string;
    readonly idempotencyKey: string;
    readonly whenPublished: boolean;
    readonly actor: Actor;
  }): Promise<RotationOutcome> {
    const type = findKeyType(command.purpose, command.algorithm);
    if (type === null) return { outcome: 'unknown_key_type', key: null };
    if (type.rotation === 'never') return { outcome: 'never_rotated', key: null };
    const request = `rotate/${command.idempotencyKey}`;
    const kid = await this.repeated(() => this.successorFor(type, request, command.actor));
    const key = await this.repeated(() => this.advance(kid, type, command));
    return { outcome: key.state === 'published' ? 'scheduled' : 'rotated', key };
  }

  /** KEY-8: a key leaves at once; an active one in the same transaction in which its successor becomes active. */
  async revoke(kid: string, actor: Actor): Promise<RevocationOutcome> {
    return await this.repeated(async () => {
      const { keys } = await this.keys.list({ includeRemoved: true });
      const key = keys.find((one) => one.kid === kid);
      const type = key === undefined ? null : findKeyType(key.purpose, key.algorithm);
      if (key === undefined || type === null) return { outcome: 'unknown', successor: null };
      if (!isRevocable(type)) return { outcome: 'never_revoked', successor: null };
      if (key.state === 'removed') return { outcome: 'revoked', successor: activeOf(type, keys) };

      const next = key.state === 'active' ? await this.readySuccessor(type, keys, actor) : null;
      if (key.state === 'active' && next === null) return null;
      const done = await this.keys.revoke(key.kid, { successor: next, revocation: `${actor.kind} ${actor.name}`, actor });
      if (done === null) return null;
      this.changes.announce(done.revoked, 'removed');
      if (done.promoted !== null) this.changes.announce(done.promoted, 'active');
      return { outcome: 'revoked', successor: activeOf(type, (await this.keys.list({ includeRemoved: false })).keys) };
    });
  }

  /** The key that answers a request: the one it made before, the one that is on its way, or a new one; null when it lost. */
  private async successorFor(type: KeyType, request: string, actor: Actor): Promise<KeyId | null> {
    const known = (await this.keys.findOfRequest(request)) ?? (await this.keys.claimSuccessor(type, request));
    if (known !== null) return known;
    const { keys } = await this.keys.list({ includeRemoved: false });
    return await this.make(type, keys, { idempotencyKey: request, actor });
  }

  /**
   * A key that can become active at once: the one that is on its way, or a new one. It is published before the revocation, if
   * only by milliseconds: what it signs first then meets mirrors of the JWKS that have it.
   */
  private async readySuccessor(type: KeyType, keys: readonly KeyRecord[], actor: Actor): Promise<KeyId | null> {
    const published = successor(keys.filter((key) => isOfType(key, type)));
    if (published !== null) return published.kid;
    const created = keys.find((key) => isOfType(key, type) && key.state === 'created');
    const kid = created?.kid ?? (await this.make(type, keys, { idempotencyKey: null, actor }));
    if (kid !== null && (await this.keys.publish(kid, actor)) !== null) this.changes.announce(kid, 'published');
    return kid;
  }

  private async make(type: KeyType, keys: readonly KeyRecord[], made: { readonly idempotencyKey: string | null; readonly actor: Actor }): Promise<KeyId | null> {
    const predecessor = activeOf(type, keys)?.kid ?? null;
    return await this.keys.create(await this.vault.create(type), { ...made, predecessor });
  }

  /** One step of a new key towards what the command wants; the key once it is there, null when there is more to do. */
  private async advance(kid: KeyId, type: KeyType, command: { readonly whenPublished: boolean; readonly actor: Actor }): Promise<KeyRecord | null> {
    const { keys } = await this.keys.list({ includeRemoved: true });
    const key = keys.find((one) => one.kid === kid);
    if (key === undefined) return null;
    if (key.state === 'created') {
      if ((await this.keys.publish(kid, command.actor)) !== null) this.changes.announce(kid, 'published');
      return null;
    }
    if (key.state !== 'published' || command.whenPublished) return key;
    const step = {
      predecessor: activeOf(type, keys)?.kid ?? null,
      publishedForSeconds: 0,
      retireSeconds: retireSeconds(type, this.policy),
      actor: command.actor,
    };
    if ((await this.keys.activate(kid, step)) !== null) this.changes.announce(kid, 'active');
    return null;
  }

  private async repeated<Result>(attempt: () => Promise<Result | null>): Promise<Result> {
    for (let count = 0; count < ATTEMPTS_MAX; count += 1) {
      const result = await attempt();
      if (result !== null) return result;
    }
    throw new Outage('key-management', 'other changes of the same keys were faster each time');
  }
}

function activeOf(type: KeyType, keys: readonly KeyRecord[]): KeyRecord | null {
  return keys.find((key) => isOfType(key, type) && key.state === 'active') ?? null;
}

function isOfType(key: KeyRecord, type: KeyType): boolean {
  return key.purpose === type.purpose && key.algorithm === type.algorithm;
}

import type { Actor } from '@tessera/contracts';
import type { Logger } from '@tessera/observability';
import { dueTransitions, type KeyPolicy, type KeyRecord, retireSeconds, type Transition } from '@tessera/protocol/key-lifecycle';
import type { KeyVault } from '../keys/key-vault.js';
import type { SqlKeys } from '../keys/sql-keys.js';
import type { KeyChanges } from './key-changes.js';

/** A first start takes three rounds and a last one that finds nothing; a rotation two. */
const ROUNDS_MAX = 8;

/**
 * Brings the keys to where the policy wants them. It runs on every replica, and needs no leader: each step is decided from
 * the keys as read, and committed by one statement that only one of them wins.
 */
export class KeySchedule {
  private readonly actor: Actor;

  constructor(
    private readonly keys: SqlKeys,
    private readonly vault: KeyVault,
    private readonly policy: KeyPolicy,
    private readonly changes: KeyChanges,
    private readonly logger: Logger,
    instance: string,
  ) {
    this.actor = { kind: 'schedule', name: instance };
  }

  /** Takes every step that is due, and answers the keys as they are then. */
  async run(): Promise<readonly KeyRecord[]> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { keys, now } = await this.keys.list({ includeRemoved: false });
      const due = dueTransitions(keys, this.policy, now);
      if (due.length === 0) return keys;
      // One after the other: two RSA keys at once would take the threads of everything else in this process.
      for (const transition of due) await this.take(transition);
    }
    return (await this.keys.list({ includeRemoved: false })).keys;
  }

  private async take(transition: Transition): Promise<void> {
    const kid = await this.commit(transition);
    if (kid === null) return; // another replica was first
    const state = ({ create: 'created', publish: 'published', activate: 'active', remove: 'removed' } as const)[transition.step];
    if (state !== 'created') this.changes.announce(kid, state); // a key that is created is nobody's business yet
    const type = 'type' in transition ? { purpose: transition.type.purpose, algorithm: transition.type.algorithm } : {};
    this.logger.info('a key changed its state', { kid, state, ...type });
  }

  private async commit(transition: Transition) {
    const { actor } = this;
    switch (transition.step) {
      case 'create': {
        const key = await this.vault.create(transition.type);
        return this.keys.create(key, { idempotencyKey: null, predecessor: transition.predecessor, actor });
      }
      case 'publish':
        return this.keys.publish(transition.kid, actor);
      case 'activate':
        return this.keys.activate(transition.kid, { ...transition, retireSeconds: retireSeconds(transition.type, this.policy), actor });
      case 'remove':
        return this.keys.remove(transition.kid, actor);
    }
  }
}

import type { EpochSeconds } from '@tessera/vocabulary';
import type { Transition } from './due-transitions.js';
import { KeyPolicy } from './key-policy.js';
import type { KeyRecord } from './key-record.js';

/** A key of the given state; a test states only what matters to it. */
export function keyRecord(overrides: Partial<Record<keyof KeyRecord, unknown>> = {}): KeyRecord {
  return {
    kid: 'key-1',
    purpose: 'sign',
    algorithm: 'ES256',
    state: 'active',
    createdAt: 0,
    publishedAt: null,
    activeAt: null,
    retiringAt: null,
    removeAfter: null,
    removedAt: null,
    revoked: false,
    keyEncryptionKey: 'kek-1',
    ...overrides,
  } as KeyRecord;
}

/** A policy; a test states only what matters to it. */
export function keyPolicy(overrides: Partial<KeyPolicy> = {}): KeyPolicy {
  return KeyPolicy.parse(overrides);
}

/** What the statements of key-management do, on an array. */
export function commit(keys: readonly KeyRecord[], transition: Transition, policy: KeyPolicy, now: EpochSeconds): readonly KeyRecord[] {
  const change = (kid: string | null, members: Partial<KeyRecord>) => (key: KeyRecord) => (key.kid === kid ? { ...key, ...members } : key);
  switch (transition.step) {
    case 'create': {
      const { purpose, algorithm } = transition.type;
      return [...keys, keyRecord({ kid: `${purpose}/${algorithm}/${keys.length}`, purpose, algorithm, state: 'created', createdAt: now })];
    }
    case 'publish':
      return keys.map(change(transition.kid, { state: 'published', publishedAt: now }));
    case 'activate': {
      const removeAfter = transition.type.removal === 'schedule' ? now + policy.retireSeconds : null;
      return keys
        .map(change(transition.predecessor, { state: 'retiring', retiringAt: now, removeAfter }))
        .map(change(transition.kid, { state: 'active', activeAt: now }));
    }
    case 'remove':
      return keys.map(change(transition.kid, { state: 'removed', removedAt: now }));
  }
}

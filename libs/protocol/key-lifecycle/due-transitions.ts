import type { EpochSeconds, KeyId } from '@tessera/vocabulary';
import { type KeyPolicy, wantedKeyTypes } from './key-policy.js';
import type { KeyRecord } from './key-record.js';
import { KEY_TYPES, type KeyType } from './key-type.js';

/** One arrow of the state machine that is due. Whoever commits it repeats its condition in the statement, and may lose. */
export type Transition =
  /** A new key. `predecessor` is the active key it is to replace. */
  | { readonly step: 'create'; readonly type: KeyType; readonly predecessor: KeyId | null }
  | { readonly step: 'publish'; readonly kid: KeyId }
  /** The predecessor retires in the same transaction. `publishedForSeconds` is how long the key must have been published. */
  | {
      readonly step: 'activate';
      readonly kid: KeyId;
      readonly type: KeyType;
      readonly predecessor: KeyId | null;
      readonly publishedForSeconds: number;
    }
  | { readonly step: 'remove'; readonly kid: KeyId };

/**
 * What the schedule has to do now: at most one step per type of key, and every removal that is due. Ask again after it is
 * done: a first key is created, published and activated by three questions.
 *
 * @param keys all keys that are not removed.
 * @param now the database's clock, read with the keys.
 */
export function dueTransitions(keys: readonly KeyRecord[], policy: KeyPolicy, now: EpochSeconds): readonly Transition[] {
  const wanted = wantedKeyTypes(policy);
  const steps = KEY_TYPES.map((type) => nextStep(type, keys.filter((key) => isOfType(key, type)), policy, now))
    // What was begun for another type, by a command or an earlier policy, is finished; nothing new is begun.
    .filter((step) => step?.step !== 'create' || wanted.includes(step.type));
  const removals = keys
    .filter(({ state, removeAfter }) => state === 'retiring' && removeAfter !== null && removeAfter <= now)
    .map(({ kid }): Transition => ({ step: 'remove', kid }));
  return [...steps.filter((step) => step !== null), ...removals];
}

/** The steps by which one type of key comes to its next active key. */
function nextStep(type: KeyType, keys: readonly KeyRecord[], policy: KeyPolicy, now: EpochSeconds): Transition | null {
  const active = keys.find(({ state }) => state === 'active');
  const created = keys.find(({ state }) => state === 'created');
  const predecessor = active?.kid ?? null;
  if (created !== undefined) return { step: 'publish', kid: created.kid };

  const published = successor(keys);
  if (published !== null) {
    // Without a predecessor nobody has a JWKS that lacks this key only, and nothing could be issued while we wait.
    const publishedForSeconds = active === undefined ? 0 : policy.publishLeadSeconds;
    if ((published.publishedAt ?? now) + publishedForSeconds > now) return null;
    return { step: 'activate', kid: published.kid, type, predecessor, publishedForSeconds };
  }
  return active === undefined || isDueForRotation(active, type, policy, now) ? { step: 'create', type, predecessor } : null;
}

/** The key that is to be active next: the one published first. */
export function successor(keys: readonly KeyRecord[]): KeyRecord | null {
  const published = keys.filter(({ state }) => state === 'published');
  return published.sort((a, b) => a.createdAt - b.createdAt)[0] ?? null;
}

/** The successor is created so early that it is published for the lead when the rotation period ends. */
function isDueForRotation(active: KeyRecord, type: KeyType, policy: KeyPolicy, now: EpochSeconds): boolean {
  if (type.rotation !== 'schedule' || policy.rotationSeconds === null) return false;
  return (active.activeAt ?? now) + policy.rotationSeconds - policy.publishLeadSeconds <= now;
}

function isOfType(key: KeyRecord, type: KeyType): boolean {
  return key.purpose === type.purpose && key.algorithm === type.algorithm;
}

import { ACCESS_TOKEN_LIFETIME_SECONDS_MAX, CLOCK_SKEW_SECONDS, JWKS_CACHE_SECONDS } from '@tessera/vocabulary';
import { dueTransitions, findKeyType, isInJwks, isRevocable, isSealingKey, KEY_TYPES, type KeyPolicy, type KeyRecord, leasedUse } from './index.js';
import { commit, keyPolicy, keyRecord } from './testing.js';

const DAY = 86_400;
const POLICY = keyPolicy({ signingAlgorithms: ['ES256'] });
const LEAD = POLICY.publishLeadSeconds;
const ROTATION = POLICY.rotationSeconds ?? 0;

/** All steps that are due at one moment, until none is. */
function settle(keys: readonly KeyRecord[], policy: KeyPolicy, now: number): readonly KeyRecord[] {
  for (let round = 0, held = keys; round < 20; round += 1) {
    const due = dueTransitions(held.filter(({ state }) => state !== 'removed'), policy, now);
    if (due.length === 0) return held;
    held = due.reduce((before, transition) => commit(before, transition, policy, now), held);
  }
  throw new Error('the schedule never comes to rest');
}

/** States of the keys of one type, oldest first. */
const states = (keys: readonly KeyRecord[], purpose: string, algorithm: string) =>
  keys.filter((key) => key.purpose === purpose && key.algorithm === algorithm).map(({ state }) => state);

const steps = (keys: readonly KeyRecord[], policy: KeyPolicy, now: number) =>
  dueTransitions(keys, policy, now)
    .filter((due) => !('type' in due) || due.type.purpose === 'sign')
    .map(({ step }) => step);

describe('Ours: the first start has a usable set of keys at once', () => {
  const keys = settle([], keyPolicy(), 1_000);

  it('has one active key of every type', () => {
    expect(keys.map(({ purpose, algorithm, state }) => [purpose, algorithm, state])).toEqual(
      KEY_TYPES.map(({ purpose, algorithm }) => [purpose, algorithm, 'active']),
    );
  });

  it('goes through every state, so that a start cut short is continued by the next', () => {
    expect(dueTransitions([], POLICY, 0)[0]).toMatchObject({ step: 'create', predecessor: null });
    expect(dueTransitions([keyRecord({ state: 'created' })], POLICY, 0)[0]).toEqual({ step: 'publish', kid: 'key-1' });
    expect(dueTransitions([keyRecord({ state: 'published', publishedAt: 0 })], POLICY, 0)[0]).toMatchObject({
      step: 'activate',
      predecessor: null,
      publishedForSeconds: 0,
    });
  });

  it('makes no keys for algorithms the policy leaves out', () => {
    expect(states(settle([], POLICY, 0), 'sign', 'RS256')).toEqual([]);
  });
});

describe('KEY-4 a key is published before it signs', () => {
  const active = keyRecord({ kid: 'old', activeAt: 0 });
  const published = keyRecord({ kid: 'new', state: 'published', createdAt: 1, publishedAt: 5_000 });

  it('MUST wait for the JWKS cache time and for the age of the oldest mirror', () => {
    expect(LEAD).toBeGreaterThanOrEqual(JWKS_CACHE_SECONDS);
    expect(steps([active, published], POLICY, 5_000 + LEAD - 1)).toEqual([]);
  });

  it('becomes active then, and the statement is told what to check again', () => {
    expect(dueTransitions([active, published], POLICY, 5_000 + LEAD)[0]).toMatchObject({
      step: 'activate',
      kid: 'new',
      predecessor: 'old',
      publishedForSeconds: LEAD,
    });
  });

  it('activates the one published first when there are two', () => {
    const second = keyRecord({ kid: 'newer', state: 'published', createdAt: 2, publishedAt: 5_000 });
    expect(dueTransitions([active, second, published], POLICY, 90_000)[0]).toMatchObject({ kid: 'new' });
  });
});

describe('KEY-4 rotation by schedule', () => {
  const active = keyRecord({ activeAt: 0 });

  it('creates the successor so early that it is active when the period ends', () => {
    expect(steps([active], POLICY, ROTATION - LEAD - 1)).toEqual([]);
    expect(steps([active], POLICY, ROTATION - LEAD)).toEqual(['create']);
  });

  it('does not create a second successor', () => {
    expect(steps([active, keyRecord({ kid: 'n', state: 'published', publishedAt: ROTATION })], POLICY, ROTATION + 1)).toEqual([]);
  });

  it('is not begun when the policy leaves rotation to commands, and what a command began is finished', () => {
    const byCommand = keyPolicy({ signingAlgorithms: ['ES256'], rotationSeconds: null });
    expect(steps([active], byCommand, 100 * ROTATION)).toEqual([]);
    expect(steps([active, keyRecord({ kid: 'n', state: 'published', publishedAt: 0 })], byCommand, LEAD)).toEqual(['activate']);
  });

  it('finishes what a command began for an algorithm outside the policy, and begins nothing for it', () => {
    const other = { algorithm: 'PS256' };
    expect(steps([active, keyRecord({ ...other, kid: 'n', state: 'created' })], POLICY, 0)).toEqual(['publish']);
    expect(steps([active, keyRecord({ ...other, kid: 'n', activeAt: 0 })], POLICY, 1)).toEqual([]);
  });

  it.each([
    ['client-secret', 'ECDH-ES+A256KW', 'by command only'],
    ['pairwise', 'HS256', 'never'],
  ])('does not rotate %s %s: %s', (purpose, algorithm) => {
    const later = settle(settle([], POLICY, 0), POLICY, 10 * ROTATION);
    expect(states(later, purpose, algorithm)).toEqual(['active']);
  });
});

describe('KEY-4 a retiring key is removed, not before the longest token life plus skew', () => {
  it('MUST outlive every token it signed', () => {
    expect(POLICY.retireSeconds).toBeGreaterThanOrEqual(ACCESS_TOKEN_LIFETIME_SECONDS_MAX + CLOCK_SKEW_SECONDS);
  });

  it('is removed when its time is over', () => {
    const retiring = keyRecord({ kid: 'old', state: 'retiring', retiringAt: 0, removeAfter: 500 });
    expect(steps([keyRecord({ activeAt: 0 }), retiring], POLICY, 499)).toEqual([]);
    expect(dueTransitions([keyRecord({ activeAt: 0 }), retiring], POLICY, 500)).toContainEqual({ step: 'remove', kid: 'old' });
  });

  it('is kept when only a command may remove it: stored client secrets are sealed to it', () => {
    const retiring = keyRecord({ purpose: 'client-secret', algorithm: 'ECDH-ES+A256KW', state: 'retiring', retiringAt: 0, removeAfter: null });
    expect(dueTransitions([retiring], POLICY, 1e12).filter(({ step }) => step === 'remove')).toEqual([]);
  });
});

describe('KEY-4 a year of rotations', () => {
  // Each key as it was at every step of five minutes.
  const history: { readonly now: number; readonly keys: readonly KeyRecord[] }[] = [];
  let keys = settle([], POLICY, 0);
  for (let now = 0; now <= 400 * DAY; now += 300) {
    keys = settle(keys, POLICY, now);
    history.push({ now, keys: keys.filter(({ purpose }) => purpose === 'sign') });
  }

  it('MUST have exactly one active key at every moment', () => {
    expect(history.every(({ keys: held }) => held.filter(({ state }) => state === 'active').length === 1)).toBe(true);
  });
  it('MUST never have more than three keys in the JWKS', () => {
    expect(Math.max(...history.map(({ keys: held }) => held.filter(isInJwks).length))).toBeLessThanOrEqual(3);
  });
  it('rotates four times', () => {
    expect(keys.filter(({ purpose, activeAt }) => purpose === 'sign' && activeAt !== null)).toHaveLength(5);
  });
  it('MUST publish each key but the first for the lead before it signs, and keep it until its tokens are over', () => {
    const [, ...later] = keys.filter(({ purpose, activeAt }) => purpose === 'sign' && activeAt !== null);
    expect(later.every(({ publishedAt, activeAt }) => (activeAt ?? 0) - (publishedAt ?? 0) >= LEAD)).toBe(true);
    const ended = keys.filter(({ state, purpose }) => state === 'removed' && purpose === 'sign');
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.every(({ retiringAt, removedAt }) => (removedAt ?? 0) - (retiringAt ?? 0) >= POLICY.retireSeconds)).toBe(true);
  });
});

describe('KEY-3, decision 1: who sees a key in which state', () => {
  const inStates = (purpose: string, seen: (key: KeyRecord) => unknown) =>
    ['created', 'published', 'active', 'retiring', 'removed'].map((state) => seen(keyRecord({ purpose, state })));

  it('publishes signing keys from their publication to their removal', () => {
    expect(inStates('sign', isInJwks)).toEqual([false, true, true, true, false]);
  });
  it.each(['password-transport', 'client-secret', 'derivation', 'pairwise'])('has no %s key in the JWKS', (purpose) => {
    expect(inStates(purpose, isInJwks)).toEqual([false, false, false, false, false]);
  });
  it('seals to the active key only', () => {
    expect(inStates('client-secret', isSealingKey)).toEqual([false, false, true, false, false]);
    expect(inStates('sign', isSealingKey)).toEqual([false, false, false, false, false]);
    expect(inStates('derivation', isSealingKey)).toEqual([false, false, false, false, false]);
  });
  it('leases the active signing key only: a verifier needs no private key', () => {
    expect(inStates('sign', leasedUse)).toEqual([null, null, 'active', null, null]);
  });
  it.each(['password-transport', 'client-secret', 'derivation', 'pairwise'])('leases %s keys before they are active and until they are removed', (purpose) => {
    expect(inStates(purpose, leasedUse)).toEqual([null, 'published', 'active', 'retiring', null]);
  });
});

describe('Ours: the types of key', () => {
  it('are told apart by purpose and algorithm', () => {
    expect(new Set(KEY_TYPES.map(({ purpose, algorithm }) => `${purpose} ${algorithm}`)).size).toBe(KEY_TYPES.length);
    expect(findKeyType('sign', 'RS256')).toMatchObject({ material: 'RSA' });
    expect([findKeyType('sign', 'HS256'), findKeyType('pairwise', 'ES256'), findKeyType('', '')]).toEqual([null, null, null]);
  });
  it('are revocable, all but the pairwise salt (OIDC Core §8.1)', () => {
    expect(KEY_TYPES.filter((type) => !isRevocable(type)).map(({ purpose }) => purpose)).toEqual(['pairwise']);
  });
});

import { createPublicKey } from 'node:crypto';
import { silentLogger } from '@tessera/observability';
import type { PublishedJwk, SealingKey } from '@tessera/protocol/key-lease';
import { Outage } from '@tessera/vocabulary';
import { FakeKeyManagement, freshNkey, leasedKey, ManualTime, until } from '../testing.js';
import { PublishedKeysMirror } from './index.js';

function publishedKey(): PublishedJwk {
  const { kid, jwk } = leasedKey('sign', 'ES256');
  return { ...createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' } as PublishedJwk;
}
const [FIRST, SECOND] = [publishedKey(), publishedKey()];
const SEALING = { purpose: 'client-secret', kid: FIRST.kid, jwk: { kty: 'EC', crv: 'P-256', x: FIRST.x, y: FIRST.y } } as SealingKey;

function mirrored() {
  const management = new FakeKeyManagement();
  management.published = { keys: [FIRST], sealingKeys: [SEALING] };
  const time = new ManualTime();
  const refusals: unknown[] = [];
  const logger = { ...silentLogger, warn: (_message: string, fields?: { error?: unknown }) => void refusals.push(fields?.error) };
  const mirror = new PublishedKeysMirror({ services: management.services, keyManagementNkeys: [management.nkey], clock: time, timer: time, logger });
  return { management, time, mirror, refusals, asked: (count: number) => until(() => management.calls.length === count) };
}

async function started() {
  const given = mirrored();
  given.mirror.start();
  await until(() => given.mirror.loaded);
  await until(() => given.time.nextMs !== null);
  return given;
}

const outage = expect.objectContaining({ name: 'Outage', dependency: 'key-management' });

describe('RFC 7517 §5 the JWKS as mirrored', () => {
  it('has the published keys, by list and by kid', async () => {
    const { mirror } = await started();
    expect(mirror.loaded).toBe(true);
    expect(mirror.jwks()).toEqual({ keys: [FIRST] });
    expect([await mirror.find(FIRST.kid), await mirror.find('unknown')]).toEqual([FIRST, null]);
  });

  it('stays the same object until a key changes, and so does each key', async () => {
    const { mirror, management, asked } = await started();
    const [before] = [mirror.jwks()];
    mirror.refreshNow();
    await asked(2);
    expect(mirror.jwks()).toBe(before);
    management.published = { keys: [{ ...FIRST }, SECOND], sealingKeys: [] };
    mirror.refreshNow();
    await until(() => mirror.jwks() !== before);
    expect(mirror.jwks().keys).toEqual([FIRST, SECOND]);
    expect(await mirror.find(FIRST.kid)).toBe(before.keys[0]);
  });

  it('is asked for every 15 s, give or take a tenth', async () => {
    const { time, asked } = await started();
    expect(time.nextMs).toBeGreaterThanOrEqual(13_500);
    expect(time.nextMs).toBeLessThanOrEqual(16_500);
    time.advance(time.nextMs ?? 0);
    await asked(2);
  });

  it('is asked for when somebody names an unknown key, who waits for it; once a second however often that happens', async () => {
    const { mirror, management, time } = await started();
    management.published = { keys: [FIRST, SECOND], sealingKeys: [] };
    const fifty = () => Promise.all(Array.from({ length: 50 }, () => mirror.find(SECOND.kid)));
    expect(new Set(await fifty())).toEqual(new Set([null]));
    expect(management.calls).toHaveLength(1);
    time.sleepTimers(1_000);
    expect(new Set(await fifty())).toEqual(new Set([SECOND]));
    expect(management.calls).toHaveLength(2);
  });

  it('MUST NOT deny a key that may be newer than the copy: without an answer it is an outage (I7)', async () => {
    const { mirror, management, time } = await started();
    time.sleepTimers(1_000);
    management.failure = new Outage('key-management', 'away');
    await expect(mirror.find(SECOND.kid)).rejects.toEqual(outage);
    await expect(mirror.find(SECOND.kid)).rejects.toEqual(outage);
    expect(management.calls).toHaveLength(2);
    expect(await mirror.find(FIRST.kid)).toEqual(FIRST);
    management.failure = null;
    time.sleepTimers(1_000);
    expect(await mirror.find('unknown')).toBeNull();
  });
});

describe('Ours: the mirror outlives key-management for ten minutes', () => {
  it('and then answers an outage: the JWKS may hold a revoked key', async () => {
    const { mirror, management, time } = await started();
    management.failure = new Outage('key-management', 'away');
    time.sleepTimers(599_999);
    expect(mirror.jwks().keys).toHaveLength(1);
    time.sleepTimers(1);
    expect(mirror.loaded).toBe(false);
    for (const use of [() => mirror.jwks(), () => mirror.sealingKey('client-secret')]) expect(use).toThrow(outage);
    await expect(mirror.find(FIRST.kid)).rejects.toEqual(outage);
  });

  it('comes back by itself', async () => {
    const { mirror, time } = await started();
    time.sleepTimers(700_000);
    expect(() => mirror.jwks()).toThrow(outage);
    await until(() => mirror.loaded);
    expect(mirror.jwks().keys).toHaveLength(1);
  });

  it('is an outage before the first copy, which it goes on asking for', async () => {
    const { mirror, management, time, refusals } = mirrored();
    management.failure = new Outage('nats', 'away');
    mirror.start();
    await until(() => time.nextMs !== null);
    expect(refusals).toHaveLength(1);
    expect(() => mirror.jwks()).toThrow(outage);
    management.failure = null;
    time.advance(time.nextMs ?? 0);
    await until(() => mirror.loaded);
    expect(mirror.jwks().keys).toEqual([FIRST]);
  });
});

describe('Decision 8: the key human secrets and client secrets are sealed to', () => {
  it('is the one key-management named for the purpose', async () => {
    const { mirror } = await started();
    expect(mirror.sealingKey('client-secret')).toEqual(SEALING);
    expect(() => mirror.sealingKey('password-transport')).toThrow(outage);
  });
});

describe('KEY-7 published keys a mirror refuses, keeping those it has', () => {
  it.each([
    ['a foreign nkey', 'foreign_nkey', (management: FakeKeyManagement, nonce: string) => management.publishedKeys(nonce, freshNkey().seed)],
    ['a swapped key', 'bad_signature', (management: FakeKeyManagement, nonce: string) => {
      const message = management.publishedKeys(nonce);
      return { ...message, payload: message.payload.replace(FIRST.kid, SECOND.kid) };
    }],
    ['an old answer', 'replayed', (management: FakeKeyManagement) => management.publishedKeys('Zk3y0bS0mP1Q9c7Jv5x2Lw')],
  ] as const)('with %s', async (_case, reason, bend) => {
    const { mirror, management, refusals } = await started();
    management.bend.published = (nonce) => bend(management, nonce);
    mirror.refreshNow();
    await until(() => refusals.length > 0);
    expect(refusals[0]).toEqual(expect.objectContaining({ name: 'MessageRefused', reason }));
    expect(mirror.jwks().keys).toEqual([FIRST]);
  });
});

import { createPublicKey } from 'node:crypto';
import { openSealed, verifyJws } from '@tessera/jose';
import { sealTo } from '@tessera/jose/seal';
import { signJwt } from '@tessera/jose/signing';
import { silentLogger } from '@tessera/observability';
import type { PublicJwk } from '@tessera/protocol/client';
import { EPHEMERAL_KEY_ID, type KeyPurpose, type LeasedKey, LeaseRequest, type SignedMessage } from '@tessera/protocol/key-lease';
import { Outage } from '@tessera/vocabulary';
import { KeyLease } from './index.js';
import { FakeKeyManagement, freshNkey, leasedKey, ManualTime, until } from './testing.js';

const KEYS = [leasedKey('sign', 'ES256'), leasedKey('sign', 'EdDSA'), leasedKey('client-secret', 'ECDH-ES+A256KW', 'retiring'), leasedKey('client-secret', 'ECDH-ES+A256KW')];
const [ES256, , OLD_SECRET, SECRET] = KEYS as [LeasedKey, LeasedKey, LeasedKey, LeasedKey];

function lessee(purposes: KeyPurpose[] = ['sign', 'client-secret']) {
  const management = new FakeKeyManagement();
  management.keys = [...KEYS];
  const time = new ManualTime();
  const refusals: unknown[] = [];
  const logger = { ...silentLogger, warn: (_message: string, fields?: { error?: unknown }) => void refusals.push(fields?.error) };
  const lease = new KeyLease({
    services: management.services,
    service: 'token',
    instance: 'token-1',
    seed: freshNkey().seed,
    keyManagementNkeys: [management.nkey],
    purposes,
    clock: time,
    timer: time,
    logger,
  });
  const asked = (count: number) => until(() => management.calls.length === count);
  return { management, time, lease, asked, refusals };
}

/** A lessee that holds a valid lease. */
async function started() {
  const given = lessee();
  await given.lease.start();
  return given;
}

const outage = (dependency: string) => expect.objectContaining({ name: 'Outage', dependency });

describe('Decision 1: a process signs and opens with leased keys', () => {
  it('has the active key of each algorithm', async () => {
    const { lease } = await started();
    const compact = signJwt(lease.signingKey('ES256'), 'at+jwt', { sub: 'a' });
    const jwk = createPublicKey({ key: { ...ES256.jwk }, format: 'jwk' }).export({ format: 'jwk' }) as PublicJwk;
    expect(verifyJws(compact, jwk, 'ES256')).toBe(true);
  });

  it('opens what was sealed to the active key and to the one before', async () => {
    const { lease } = await started();
    const keys = lease.openingKeys('client-secret');
    expect(keys.map(({ use }) => use)).toEqual(['active', 'retiring']);
    for (const { kid, jwk } of [SECRET, OLD_SECRET]) {
      const { x, y } = jwk as { x: string; y: string };
      expect(openSealed(sealTo({ kid, jwk: { kty: 'EC', crv: 'P-256', x, y } }, { secret: kid }), [...keys])).toEqual({ secret: kid });
    }
  });

  it('has the symmetric keys of a purpose as octets, the active one first', async () => {
    const { lease, management } = lessee(['derivation']);
    const [old, current] = [leasedKey('derivation', 'HS256', 'retiring'), leasedKey('derivation', 'HS256')];
    management.keys = [old, current];
    await lease.start();
    expect(lease.macKeys('derivation')).toEqual(
      [current, old].map(({ kid, use, jwk }) => ({ kid, use, secret: Buffer.from(String(jwk['k']), 'base64url') })),
    );
    expect(lease.macKeys('derivation')[0].secret).toHaveLength(32);
  });

  it('answers an outage for symmetric keys of which none is active: nothing may be derived with an old one', async () => {
    const { lease, management } = lessee(['derivation']);
    management.keys = [leasedKey('derivation', 'HS256', 'retiring')];
    await lease.start();
    expect(() => lease.macKeys('derivation')).toThrow(outage('key-lease'));
    lease.stop();
    expect(() => lease.macKeys('derivation')).toThrow(outage('key-lease'));
  });

  it('answers an outage for an algorithm that has no key', async () => {
    const { lease } = await started();
    expect(() => lease.signingKey('RS256')).toThrow(outage('key-lease'));
  });

  it('has no key before the lease and after the stop', async () => {
    const { lease } = lessee();
    expect(() => lease.signingKey('ES256')).toThrow(outage('key-lease'));
    await lease.start();
    lease.stop();
    expect(lease.valid).toBe(false);
    expect(() => lease.openingKeys('sign')).toThrow(outage('key-lease'));
  });

  it('MUST not take back what it let go of: a stop ends the renewal that is under way too', async () => {
    const { lease, management, time, asked } = await started();
    let answer = () => {};
    management.bend.lease = async (message) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return management.lease(message);
    };
    lease.renewNow();
    await asked(2);
    lease.stop();
    answer();
    // The same steps, begun later, and several times: when they are done, those of the renewal are.
    for (let others = 0; others < 5; others += 1) await started();
    expect(lease.valid).toBe(false);
    expect(() => lease.signingKey('ES256')).toThrow(outage('key-lease'));
    expect(time.nextMs).toBeNull();
  });

  it('MUST not go on after a stop that came while it was starting', async () => {
    const { lease, management, time, asked } = lessee();
    let answer = () => {};
    management.bend.lease = async (message) => {
      await new Promise<void>((resolve) => (answer = resolve));
      return management.lease(message);
    };
    const starting = lease.start();
    await asked(1);
    lease.stop();
    answer();
    await starting;
    expect([lease.valid, time.nextMs]).toEqual([false, null]);
    management.bend = {};
    await lease.start();
    expect(lease.valid).toBe(true);
  });

  it('cannot start without a lease, says so as an outage, and can start later', async () => {
    const { lease, management } = lessee();
    management.failure = new Outage('key-management', 'no replica is listening');
    await expect(lease.start()).rejects.toThrow(outage('key-lease'));
    management.failure = null;
    await lease.start();
    expect(lease.valid).toBe(true);
  });

  it('signs with a new key, and keeps the object of one that stayed', async () => {
    const { lease, management, asked } = await started();
    const before = [lease.signingKey('ES256'), lease.signingKey('EdDSA')];
    const renewed = leasedKey('sign', 'ES256');
    management.keys = management.keys.map((key) => (key === ES256 ? renewed : structuredClone(key)));
    lease.renewNow();
    await asked(2);
    await until(() => lease.signingKey('ES256').kid === renewed.kid);
    expect(lease.signingKey('ES256')).not.toBe(before[0]);
    expect(lease.signingKey('EdDSA')).toBe(before[1]);
  });
});

describe('KEY-5, F19 without confirmation a signer stops by itself', () => {
  it('counts from the moment the request was sent, less five seconds', async () => {
    const { lease, time, management } = lessee();
    management.bend.lease = (message) => {
      time.sleepTimers(4_000); // the answer took four seconds
      return management.lease(message);
    };
    await lease.start();
    time.sleepTimers(50_999);
    expect(lease.valid).toBe(true);
    time.sleepTimers(1);
    expect(() => lease.signingKey('ES256')).toThrow(outage('key-lease'));
  });

  it('stops when only the wall clock went on: the machine slept', async () => {
    const { lease, time } = await started();
    time.setWall(54_000);
    expect(lease.valid).toBe(true);
    time.setWall(1_000);
    expect(lease.valid).toBe(false);
  });

  it('stops when only the monotonic clock went on: the wall clock was set back', async () => {
    const { lease, time, management } = await started();
    management.failure = new Outage('nats', 'cut');
    time.setWall(-3_600_000);
    time.sleepTimers(55_000);
    expect(lease.valid).toBe(false);
  });

  it('never believes a longer time to live than decision 1 allows, and obeys a shorter one', async () => {
    const long = lessee();
    long.management.ttlSeconds = 3_600;
    await long.lease.start();
    long.time.sleepTimers(55_000);
    expect(long.lease.valid).toBe(false);

    const short = lessee();
    short.management.ttlSeconds = 10;
    await short.lease.start();
    short.time.sleepTimers(5_000);
    expect(short.lease.valid).toBe(false);
  });
});

describe('KEY-5 the lease is renewed early', () => {
  it('after a third of it, give or take a tenth, and before 30 s', async () => {
    const { time, lease, asked } = await started();
    for (let renewals = 1; renewals <= 20; renewals += 1) {
      const pause = time.nextMs ?? 0;
      expect(pause).toBeGreaterThanOrEqual(18_000);
      expect(pause).toBeLessThanOrEqual(22_000);
      time.advance(pause);
      await asked(renewals + 1);
      await until(() => time.nextMs !== null);
    }
    expect(lease.valid).toBe(true);
  });

  it('at once on the event', async () => {
    const { lease, asked } = await started();
    lease.renewNow();
    await asked(2);
    expect(lease.valid).toBe(true);
  });

  it('once more when the event comes while a renewal is under way, which may have read too early', async () => {
    const { lease, management, asked, time } = await started();
    lease.renewNow();
    lease.renewNow();
    lease.renewNow();
    await asked(3);
    await until(() => time.nextMs !== null);
    expect(management.calls).toHaveLength(3);
  });

  it('soon again after a failure, with growing pauses, and goes on signing meanwhile', async () => {
    const { lease, management, time, asked } = await started();
    management.failure = new Outage('key-management', 'away');
    time.advance(time.nextMs ?? 0);
    for (const [failures, pauseMs] of [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000].entries()) {
      await asked(failures + 2);
      await until(() => time.nextMs !== null);
      expect(time.nextMs).toBeGreaterThanOrEqual(pauseMs * 0.9);
      expect(time.nextMs).toBeLessThanOrEqual(pauseMs * 1.1);
      time.advance(time.nextMs ?? 0);
    }
    expect(lease.valid).toBe(true);
  });

  it('when it ran out while timers stood still: by the first who needs it, not by each', async () => {
    const { lease, management, time, asked } = await started();
    time.sleepTimers(120_000);
    for (let signer = 0; signer < 50; signer += 1) expect(() => lease.signingKey('ES256')).toThrow(outage('key-lease'));
    await asked(2);
    await until(() => lease.valid);
    expect(management.calls).toHaveLength(2);
  });
});

describe('KEY-7 what a lessee refuses, each keeping the lease it has', () => {
  /** A started lessee whose next answers are bent; resolves when the next renewal has failed. */
  async function refusal(bend: (management: FakeKeyManagement, message: SignedMessage) => Promise<{ jwe: string }>) {
    const { lease, management, refusals } = await started();
    management.bend.lease = (message) => bend(management, message);
    lease.renewNow();
    await until(() => refusals.length > 0);
    expect(lease.signingKey('ES256').kid).toBe(ES256.kid);
    return refusals[0];
  }
  const reason = (name: string, why: string): unknown => expect.objectContaining({ name, reason: why });

  it('a reply signed by a foreign nkey', async () => {
    const foreign = await refusal((management, message) => management.lease(message, { seed: freshNkey().seed }));
    expect(foreign).toEqual(reason('MessageRefused', 'foreign_nkey'));
  });

  it('a reply with a wrong nonce', async () => {
    const refused = await refusal((management, message) => management.lease(message, { nonce: 'Zk3y0bS0mP1Q9c7Jv5x2Lw' }));
    expect(refused).toEqual(reason('LeaseRefused', 'wrong_nonce'));
  });

  it('an old reply replayed: it is sealed to a key that is gone', async () => {
    const { lease, management, refusals } = lessee();
    let first: { jwe: string } | undefined;
    management.bend.lease = async (message) => (first ??= await management.lease(message));
    await lease.start();
    lease.renewNow();
    await until(() => refusals.length > 0);
    expect(refusals[0]).toEqual(reason('SealRefused', 'undecryptable'));
  });

  it('a reply to another request, although the nonce was copied', async () => {
    const refused = await refusal((management, message) => {
      const request = LeaseRequest.parse(JSON.parse(message.payload));
      const others = { ...message, payload: JSON.stringify({ ...request, purposes: ['client-secret'] }) };
      return management.lease(others); // genuine, from key-management, same nonce and ephemeral key, for other purposes
    });
    expect(refused).toEqual(reason('LeaseRefused', 'wrong_request'));
  });

  it('a reply sealed to another ephemeral key', async () => {
    const refused = await refusal(async (management, message) => {
      const request = LeaseRequest.parse(JSON.parse(message.payload));
      const { x, y } = SECRET.jwk as { x: string; y: string };
      const swapped = { ...message, payload: JSON.stringify({ ...request, ephemeralKey: { ...request.ephemeralKey, x, y } }) };
      return management.lease(swapped);
    });
    expect(refused).toEqual(reason('SealRefused', 'undecryptable'));
  });

  it('a tampered JWE', async () => {
    const refused = await refusal(async (management, message) => {
      const { jwe } = await management.lease(message);
      const parts = jwe.split('.');
      parts[3] = `${parts[3]?.startsWith('A') ? 'B' : 'A'}${parts[3]?.slice(1) ?? ''}`;
      return { jwe: parts.join('.') };
    });
    expect(refused).toEqual(reason('SealRefused', 'undecryptable'));
  });

  it('keys that somebody else sealed to the ephemeral key, which everybody on the bus can', async () => {
    const refused = await refusal(async (_management, message) => {
      const { ephemeralKey } = LeaseRequest.parse(JSON.parse(message.payload));
      return { jwe: sealTo({ kid: EPHEMERAL_KEY_ID, jwk: ephemeralKey }, { keys: [leasedKey('sign', 'ES256')] }) };
    });
    expect(refused).toMatchObject({ name: 'ZodError' });
  });

  it('a key of a purpose it did not ask for', async () => {
    const refused = await refusal((management, message) => management.lease(message, { keys: [...KEYS, leasedKey('pairwise', 'HS256')] }));
    expect(refused).toEqual(reason('LeaseRefused', 'wrong_purpose'));
  });

  it('a key under the kid of another', async () => {
    const refused = await refusal((management, message) => management.lease(message, { keys: [{ ...leasedKey('sign', 'ES256'), kid: SECRET.kid }] }));
    expect(refused).toEqual(reason('LeaseRefused', 'wrong_key'));
  });

  it('a key that is not of its algorithm', async () => {
    const refused = await refusal((management, message) => management.lease(message, { keys: [{ ...leasedKey('sign', 'ES256'), algorithm: 'RS256' }] }));
    expect(refused).toEqual(reason('LeaseRefused', 'wrong_key'));
  });

  it('what is no lease at all', async () => {
    expect(await refusal(() => Promise.resolve({ jwe: 'x' }))).toEqual(reason('SealRefused', 'malformed'));
  });
});

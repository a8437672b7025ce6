import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { ARGON2_PARAMETERS, Argon2Hasher } from './password-hashing.js';

const pepper = randomBytes(32);

describe('SEC-1, OWASP password storage: argon2id', () => {
  it('with 19 MiB, 2 passes and a salt of its own for each password', async () => {
    const hasher = new Argon2Hasher(pepper);
    const [one, other] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await hasher.verify(one, 'correct horse')).toBe(true);
    expect(await hasher.verify(one, 'correct horsE')).toBe(false);
  });

  it('MUST not fit without the pepper', async () => {
    const stored = await new Argon2Hasher(pepper).hash('correct horse');
    expect(await new Argon2Hasher(randomBytes(32)).verify(stored, 'correct horse')).toBe(false);
  });

  it('CCR-3 the decoy has the parameters of a present hash, and nothing fits it', async () => {
    const hasher = new Argon2Hasher(pepper);
    expect(hasher.decoy.split('$').slice(0, 4)).toEqual((await hasher.hash('x')).split('$').slice(0, 4));
    expect(hasher.decoy).toHaveLength((await hasher.hash('x')).length);
    expect(hasher.outdated(hasher.decoy)).toBe(false);
    expect(await hasher.verify(hasher.decoy, 'correct horse')).toBe(false);
  });

  it.each([
    ['memory', { memoryCost: 8_192 }, true],
    ['passes', { timeCost: 3 }, true],
    ['output', { outputLen: 16 }, true],
    ['present ones', {}, false],
  ])('a hash with other parameters is outdated: %s', async (_case, parameters, outdated) => {
    const hasher = new Argon2Hasher(pepper);
    const stored = await hash('correct horse', { ...ARGON2_PARAMETERS, ...parameters, secret: pepper });
    expect(hasher.outdated(stored)).toBe(outdated);
    expect(await hasher.verify(stored, 'correct horse')).toBe(true);
  });
});

describe('CCR-5: hashing runs in a bounded pool', () => {
  it('what does not fit into the queue MUST be an outage at once, and the rest is served', async () => {
    const hasher = new Argon2Hasher(pepper, { atOnce: 1, waitingMax: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.verify(hasher.decoy, 'x')));
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.dependency))).toEqual([
      false,
      false,
      false,
      'password-hashing',
      'password-hashing',
    ]);
    // The places are free again.
    expect(await hasher.verify(hasher.decoy, 'x')).toBe(false);
  });

  it('a hash that fails gives its place back', async () => {
    const hasher = new Argon2Hasher(pepper, { atOnce: 1, waitingMax: 0 });
    await expect(hasher.verify('no stored form', 'x')).rejects.toThrow();
    expect(await hasher.verify(hasher.decoy, 'x')).toBe(false);
  });
});

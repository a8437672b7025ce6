import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { authorityOver } from '@tessera/vocabulary';
import type { UserGrant } from '../access-token/index.js';
import type { RefreshFamilies, RefreshTokenUse } from './index.js';

/** Families under test, with everything about them that only the test can move. */
export interface FamiliesUnderTest {
  readonly families: RefreshFamilies;
  /** What somebody allowed the client of these laws: alive, with this authority. */
  grant(authority: UserGrant['authority']): Promise<UserGrant>;
  /** Lets seconds pass for the families of a grant. */
  elapse(grant: UserGrant, seconds: number): Promise<void>;
  /** Ends the grant, the session or the user. */
  end(grant: UserGrant): Promise<void>;
}

/** What every implementation of the port does. */
export interface RefreshFamiliesLaw {
  readonly title: string;
  check(open: () => Promise<FamiliesUnderTest>): Promise<void>;
}

const IDLE_SECONDS = 100;
const LIFETIME_SECONDS = 250;
const SCOPE = ['openid', 'email'];
const RESOURCE = 'https://api.example.com/orders';

/** A family that has just begun, and ways to use it. */
async function begun(open: () => Promise<FamiliesUnderTest>) {
  const { families, elapse, end, grant: record } = await open();
  const grant = await record(authorityOver(SCOPE, [RESOURCE]));
  const token = randomBytes(32);
  await families.begin({ tokenHash: token, grant, idleSeconds: IDLE_SECONDS, lifetimeSeconds: LIFETIME_SECONDS });
  const use = (tokenHash: Uint8Array, change: Partial<RefreshTokenUse> = {}): RefreshTokenUse => ({
    tokenHash, clientId: grant.clientId, confirmation: null, scope: [], resources: [], idleSeconds: IDLE_SECONDS, ...change,
  });
  const rotate = (tokenHash: Uint8Array, next: Uint8Array, change: Partial<RefreshTokenUse> = {}) =>
    families.rotate(use(tokenHash, change), { tokenHash: next, derivationKid: 'mac-1' });
  const why = async (tokenHash: Uint8Array, windowSeconds = 0, change: Partial<RefreshTokenUse> = {}) =>
    (await families.explain(use(tokenHash, change), windowSeconds)).outcome;
  return { families, grant, token, use, rotate, why, elapse: (seconds: number) => elapse(grant, seconds), end: () => end(grant) };
}
const hash = () => randomBytes(32);

/** REF-1, REF-2, REF-4, REF-6, GEN-6, GEN-7 for families of refresh tokens. */
export const REFRESH_FAMILIES_LAWS: readonly RefreshFamiliesLaw[] = [
  {
    title: 'REF-2: exactly one of many uses at once rotates',
    check: async (open) => {
      const { rotate, token, grant } = await begun(open);
      const next = hash();
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => rotate(token, next)));
      const won = outcomes.filter((one) => one !== null);
      assert.deepEqual(won, [grant]);
    },
  },
  {
    title: 'REF-4: the preceding token is a retry within the window, and names the key of its successor',
    check: async (open) => {
      const { rotate, token, families, use, grant } = await begun(open);
      await rotate(token, hash());
      assert.deepEqual(await families.explain(use(token), 10), { outcome: 'retry', grant, derivationKid: 'mac-1' });
    },
  },
  {
    title: 'REF-4: after the window it ends the family, once and for all',
    check: async (open) => {
      const { rotate, token, why, elapse } = await begun(open);
      const second = hash();
      await rotate(token, second);
      await elapse(10);
      assert.equal(await why(token, 10), 'reused');
      assert.equal(await rotate(second, hash()), null);
      assert.equal(await why(second, 10), 'reused');
    },
  },
  {
    title: 'REF-4: an older one ends the family within the window too',
    check: async (open) => {
      const { rotate, token, why } = await begun(open);
      const [second, third] = [hash(), hash()];
      await rotate(token, second);
      await rotate(second, third);
      assert.equal(await why(token, 10), 'reused');
      assert.equal(await rotate(third, hash()), null);
    },
  },
  {
    title: 'RFC 6749 §6: another client changes nothing, not even with a token that was replaced',
    check: async (open) => {
      const { rotate, token, why } = await begun(open);
      const second = hash();
      assert.equal(await rotate(token, hash(), { clientId: 'another' }), null);
      await rotate(token, second);
      assert.equal(await why(token, 0, { clientId: 'another' }), 'foreign');
      assert.notEqual(await rotate(second, hash()), null);
    },
  },
  {
    title: 'GEN-7: more than was granted changes nothing',
    check: async (open) => {
      const { rotate, token, why } = await begun(open);
      for (const [change, outcome] of [[{ scope: ['openid', 'admin'] }, 'scope'], [{ resources: ['https://nobody.example'] }, 'resource']] as const) {
        assert.equal(await rotate(token, hash(), change), null);
        assert.equal(await why(token, 10, change), outcome);
      }
      assert.notEqual(await rotate(token, hash(), { scope: SCOPE, resources: [RESOURCE] }), null);
    },
  },
  {
    title: 'REF-6: each use moves the idle end, and none the absolute one',
    check: async (open) => {
      const { rotate, token, elapse, why, families, use } = await begun(open);
      const tokens = [token, hash(), hash(), hash()] as const;
      await elapse(90);
      assert.notEqual(await rotate(tokens[0], tokens[1]), null);
      await elapse(90);
      assert.notEqual(await families.extend(use(tokens[1])), null);
      await elapse(60);
      assert.notEqual(await rotate(tokens[1], tokens[2]), null);
      await elapse(10);
      assert.equal(await rotate(tokens[2], tokens[3]), null);
      assert.equal(await why(tokens[2]), 'ended');
    },
  },
  {
    title: 'REF-6: it does not outlive its idle time',
    check: async (open) => {
      const { rotate, token, elapse, why } = await begun(open);
      await elapse(IDLE_SECONDS);
      assert.equal(await rotate(token, hash()), null);
      assert.equal(await why(token), 'ended');
    },
  },
  {
    title: 'GEN-6: it does not outlive what it depends on, and a retry does not either',
    check: async (open) => {
      const { rotate, token, end, why, families, use } = await begun(open);
      const second = hash();
      await rotate(token, second);
      await end();
      assert.equal(await rotate(second, hash()), null);
      assert.equal(await families.extend(use(second)), null);
      assert.deepEqual([await why(second), await why(token, 10)], ['ended', 'ended']);
    },
  },
  {
    title: 'REF-1: a token that is not rotated goes on, whatever the number of its uses',
    check: async (open) => {
      const { families, use, token, grant } = await begun(open);
      assert.deepEqual(await Promise.all([1, 2, 3].map(() => families.extend(use(token)))), [grant, grant, grant]);
    },
  },
  {
    title: 'what was never a refresh token is unknown',
    check: async (open) => {
      const { rotate, why } = await begun(open);
      const stranger = hash();
      assert.equal(await rotate(stranger, hash()), null);
      assert.equal(await why(stranger), 'unknown');
    },
  },
];

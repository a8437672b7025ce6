import { userGrant } from '../access-token/testing.js';
import { type FamiliesUnderTest, InMemoryRefreshFamilies, REFRESH_FAMILIES_LAWS } from './testing.js';

/** Families in memory, and everything they depend on. */
function open(): Promise<FamiliesUnderTest> {
  const families = new InMemoryRefreshFamilies();
  return Promise.resolve({
    families,
    grant: (authority) => Promise.resolve(userGrant({ authority, nonce: null })),
    elapse: (_grant, seconds) => {
      families.now += seconds;
      return Promise.resolve();
    },
    end: () => {
      families.alive = false;
      return Promise.resolve();
    },
  });
}

describe('families of refresh tokens in memory', () => {
  it.each(REFRESH_FAMILIES_LAWS.map((law) => [law.title, law] as const))('%s', async (_title, law) => {
    await expect(law.check(open)).resolves.toBeUndefined();
  });
});

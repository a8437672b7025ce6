import { signedIn } from '../interaction/testing.js';
import { isTooOld } from './index.js';

describe('OIDC Core §3.1.2.1 max_age', () => {
  const session = signedIn({ authenticatedAt: 1_000.5 });
  it.each([
    ['none', null, 1e9, false],
    ['not over', 10, 1_010.5, false],
    ['over by a moment', 10, 1_010.6, true],
    ['zero, in the same moment', 0, 1_000.5, true],
  ])('%s', (_case, maxAge, now, expected) => {
    expect(isTooOld(session, maxAge, now)).toBe(expected);
  });
});

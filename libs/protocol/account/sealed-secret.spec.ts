import { judgeSealedSecret } from './index.js';

const NOW = 1_700_000_000;
const payload = (overrides: Record<string, unknown> = {}) => ({ secret: 'correct horse', rid: 'b7mXkq2n0r9w', purpose: 'sign-in', exp: NOW + 60, ...overrides });
const expected = { rid: 'b7mXkq2n0r9w', purpose: 'sign-in' } as const;

describe('Ours (decision 8): what is inside a sealed human secret', () => {
  it('is taken for its request and purpose until its end', () => {
    expect(judgeSealedSecret(payload(), expected, NOW)).toMatchObject({ sealed: { secret: 'correct horse' }, fault: null });
    expect(judgeSealedSecret(payload({ exp: NOW + 1 }), expected, NOW).fault).toBeNull();
    expect(judgeSealedSecret(payload({ account: 'alice' }), { ...expected, account: 'alice' }, NOW).fault).toBeNull();
  });

  it.each([
    ['another request', { rid: 'another-request' }, 'other-request'],
    ['another purpose', { purpose: 'new-password' }, 'other-purpose'],
    ['an account where none is expected', { account: 'alice' }, 'other-account'],
    ['its end reached', { exp: NOW }, 'expired'],
    ['an end beyond what its opening is remembered for', { exp: NOW + 71 }, 'too-far-ahead'],
    ['an unknown purpose', { purpose: 'anything' }, 'malformed'],
    ['no end', { exp: undefined }, 'malformed'],
    ['an end that is text', { exp: String(NOW + 60) }, 'malformed'],
    ['a secret that is none', { secret: 1 }, 'malformed'],
  ])('MUST be refused for %s', (_case, overrides, fault) => {
    expect(judgeSealedSecret(payload(overrides), expected, NOW)).toEqual({ sealed: null, fault });
  });

  it('MUST be refused without the account that is expected', () => {
    expect(judgeSealedSecret(payload(), { ...expected, account: 'alice' }, NOW).fault).toBe('other-account');
  });

  it.each([null, 'text', [], 1])('MUST be refused when it is %j', (value) => {
    expect(judgeSealedSecret(value, expected, NOW).fault).toBe('malformed');
  });
});

import * as jose from 'jose';
import { verifyMac } from './index.js';
import { macedJws } from './testing.js';

const SECRET = 'a secret of 32 bytes or more, as text';

describe('OIDC Core §9 client_secret_jwt: a MAC over the octets of the secret', () => {
  it.each(['HS256', 'HS384', 'HS512'])('accepts what the jose package makes with %s', async (algorithm) => {
    const compact = await new jose.SignJWT({ iss: 'a' }).setProtectedHeader({ alg: algorithm }).sign(new TextEncoder().encode(SECRET));
    expect(verifyMac(compact, SECRET, algorithm)).toBe(true);
    expect(verifyMac(compact, `${SECRET}.`, algorithm)).toBe(false);
  });

  it('MUST use the registered algorithm, whatever the header says (RFC 8725 §3.1)', () => {
    const compact = macedJws({ alg: 'HS256' }, {}, SECRET);
    expect(verifyMac(compact, SECRET, 'HS512')).toBe(false);
    expect(verifyMac(macedJws({ alg: 'HS512' }, {}, SECRET), SECRET, 'HS256')).toBe(false);
  });

  it.each(['none', 'RS256', 'ES256', ''])('has no MAC by the name %j', (algorithm) => {
    expect(verifyMac(macedJws({ alg: algorithm }, {}, SECRET), SECRET, algorithm)).toBe(false);
  });

  it('MUST refuse a secret of less than 32 bytes (RFC 7518 §3.2)', () => {
    expect(verifyMac(macedJws({ alg: 'HS256' }, {}, 'x'.repeat(31)), 'x'.repeat(31), 'HS256')).toBe(false);
    expect(verifyMac(macedJws({ alg: 'HS256' }, {}, 'x'.repeat(32)), 'x'.repeat(32), 'HS256')).toBe(true);
  });

  it.each([
    ['no MAC', macedJws({ alg: 'HS256' }, {}, SECRET).replace(/[^.]*$/, '')],
    ['a shortened MAC', macedJws({ alg: 'HS256' }, {}, SECRET).slice(0, -4)],
    ['crit', macedJws({ alg: 'HS256', crit: ['x'] }, {}, SECRET)],
    ['zip', macedJws({ alg: 'HS256', zip: 'DEF' }, {}, SECRET)],
    ['what is no JWS', 'x'],
  ])('refuses %s', (_case, compact) => {
    expect(verifyMac(compact, SECRET, 'HS256')).toBe(false);
  });
});

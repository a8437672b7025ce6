import { createHash } from 'node:crypto';
import { ISSUER, NOW, userGrant } from '../access-token/testing.js';
import { halfHash, idTokenClaims } from './index.js';

const ISSUANCE = { issuer: ISSUER, issuedAt: NOW, algorithm: 'RS256', accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y' } as const;

describe('OIDC Core §2 the claims of an ID token', () => {
  it('REQUIRED: iss, sub, aud, exp, iat; with auth_time, nonce, acr, amr, sid and at_hash', () => {
    expect(idTokenClaims(userGrant(), ISSUANCE)).toEqual({
      iss: ISSUER,
      sub: 'usr_2iv3d3YcSTm1vE7vTzrWlA',
      aud: 's6BhdRkqt3',
      exp: NOW + 600,
      iat: NOW,
      auth_time: NOW - 30,
      nonce: 'n-0S6_WzA2Mj',
      acr: '1',
      amr: ['pwd'],
      sid: 'qGZ1nJ0Yx7w',
      at_hash: '77QmUPtjPfzWtF2AnpK9RQ',
    });
  });

  it.each([
    ['nonce', { nonce: null }],
    ['acr', { acr: null }],
    ['amr', { amr: [] }],
    ['sid', { sid: null }],
  ])('has no %s when there is none', (name, change) => {
    expect(idTokenClaims(userGrant(change), ISSUANCE)).not.toHaveProperty(name);
  });

  it('MUST give the nonce back unmodified (§3.1.3.7), of any length', () => {
    const nonce = 'ü "\\ '.repeat(70);
    expect(idTokenClaims(userGrant({ nonce }), ISSUANCE)['nonce']).toBe(nonce);
  });

  it('has further claims only as granted for it (§5.5), and none of them replaces what the protocol says', () => {
    const grant = userGrant({ idTokenClaims: { given_name: 'Jane', sub: 'usr_somebodyelse', iss: 'x', at_hash: 'x', nonce: 'x' } });
    const claims = idTokenClaims(grant, ISSUANCE);
    expect(claims).toEqual({ ...idTokenClaims(userGrant(), ISSUANCE), given_name: 'Jane' });
  });

  it('has no claims of the granted scopes: they are told at the userinfo endpoint (§5.4)', () => {
    const names = Object.keys(idTokenClaims(userGrant(), ISSUANCE));
    expect(names.filter((name) => ['name', 'email', 'profile', 'azp'].includes(name))).toEqual([]);
  });
});

describe('OIDC Core §3.1.3.6 at_hash', () => {
  // The access token of the specification's example (OIDC Core Appendix A.4).
  it('is the example of Appendix A.4', () => {
    expect(halfHash('jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y', 'RS256')).toBe('77QmUPtjPfzWtF2AnpK9RQ');
  });

  it.each([
    ['RS256', 'sha256', 16],
    ['ES256', 'sha256', 16],
    ['PS256', 'sha256', 16],
    ['EdDSA', 'sha512', 32],
  ] as const)('%s: the left half of %s', (algorithm, digest, octets) => {
    const expected = createHash(digest).update('token').digest().subarray(0, octets).toString('base64url');
    expect(halfHash('token', algorithm)).toBe(expected);
  });
});

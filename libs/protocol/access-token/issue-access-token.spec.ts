import { ACCESS_TOKEN_LIFETIME_SECONDS_DEFAULT, ACCESS_TOKEN_LIFETIME_SECONDS_MAX, authorityOver, ClientId, OAuthError, Outage, USER_SUBJECT_PREFIX } from '@tessera/vocabulary';
import { resource } from '../client/testing.js';
import { accessTokenClaims, accessTokenLifetime, Entitlement, grantOfJti, issueAccessToken, recognizeToken, userinfoResource } from './index.js';
import { entitlement, GRANT_ID, ISSUER, issuingPorts, NOW, sha256, verifierOf } from './testing.js';

const stamp = { issuer: ISSUER, issuedAt: NOW, jti: 'JjnqVCtBMbEbCXcs2cDkPw' };

describe('RFC 9068 §2.2 the claims of an access token', () => {
  it('REQUIRED: iss, exp, aud, sub, client_id, iat, jti; and scope', () => {
    expect(accessTokenClaims(entitlement(), stamp)).toEqual({
      iss: ISSUER,
      exp: NOW + 600,
      aud: 'https://api.example.com/orders',
      sub: 's6BhdRkqt3',
      client_id: 's6BhdRkqt3',
      iat: NOW,
      jti: 'JjnqVCtBMbEbCXcs2cDkPw',
      scope: 'orders.read orders.write',
    });
  });

  it('leaves scope out when none was granted: an empty one has no syntax (RFC 6749 §3.3)', () => {
    expect(accessTokenClaims(entitlement({ authority: authorityOver([], []) }), stamp)).not.toHaveProperty('scope');
  });

  it('names the key a token is bound to (RFC 7800 §3.1)', () => {
    expect(accessTokenClaims(entitlement({ confirmation: { jkt: 'x' } }), stamp)).toMatchObject({ cnf: { jkt: 'x' } });
  });
});

describe('RFC 9700 §4.15.2 (CCR-2) the subject of a client cannot be a user', () => {
  it('is the client id when no user is involved', () => {
    expect(accessTokenClaims(entitlement(), stamp)).toMatchObject({ sub: 's6BhdRkqt3' });
  });

  it('is the subject of the user otherwise', () => {
    const subject = { kind: 'user', id: `${USER_SUBJECT_PREFIX}248289761001` };
    expect(accessTokenClaims(entitlement({ subject }), stamp)).toMatchObject({ sub: 'usr_248289761001' });
  });

  it('is not available as a client id', () => {
    expect(ClientId.safeParse(`${USER_SUBJECT_PREFIX}248289761001`).success).toBe(false);
  });

  it.each([
    ['a client with a subject like a user', { kind: 'client', id: 'usr_1' }],
    ['a client with the id of another', { kind: 'client', id: 'other' }],
    ['a user with a subject like a client', { kind: 'user', id: 's6BhdRkqt3' }],
  ])('stops with a fault for %s', (_case, subject) => {
    expect(() => accessTokenClaims(entitlement({ subject }), stamp)).toThrow(RangeError);
  });
});

describe('RFC 9068 §2 issuing a JWT', () => {
  it('signs with the algorithm of the resource and the type at+jwt', async () => {
    const ports = issuingPorts();
    const { token } = await issueAccessToken(entitlement(), ports);
    const decoded = verifierOf([]).decode(token);
    expect(decoded?.header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'issuer-1' });
    expect(decoded?.claims).toEqual(accessTokenClaims(entitlement(), { ...stamp, jti: String(decoded?.claims['jti']) }));
  });

  it('says what it is worth', async () => {
    await expect(issueAccessToken(entitlement({ lifetimeSeconds: 60 }), issuingPorts())).resolves.toMatchObject({
      lifetimeSeconds: 60,
      scope: ['orders.read', 'orders.write'],
    });
  });

  it('Ours: writes no row and leaves one line of record (decision 19)', async () => {
    const { issuance, ...ports } = issuingPorts();
    const { token } = await issueAccessToken(entitlement(), ports);
    expect(issuance.opaque).toEqual([]);
    expect(issuance.stateless).toEqual([
      { jti: verifierOf([]).decode(token)?.claims['jti'], clientId: 's6BhdRkqt3', scope: ['orders.read', 'orders.write'], kid: 'issuer-1' },
    ]);
  });

  it('never uses a jti twice', async () => {
    const ports = issuingPorts();
    await Promise.all([issueAccessToken(entitlement(), ports), issueAccessToken(entitlement(), ports)]);
    expect(new Set(ports.issuance.stateless.map(({ jti }) => jti)).size).toBe(2);
  });

  it('lets an outage of the lease through and records nothing', async () => {
    const ports = issuingPorts();
    const signer = { sign: () => { throw new Outage('key-lease', 'no valid lease'); } };
    await expect(issueAccessToken(entitlement(), { ...ports, signer })).rejects.toBeInstanceOf(Outage);
    expect(ports.issuance.stateless).toEqual([]);
  });
});

describe('RFC 6749 §1.4 issuing an opaque token', () => {
  const opaque = [resource({ tokenFormat: 'opaque' })];

  it('says a handle of 43 characters and stores its SHA-256 only (GEN-5)', async () => {
    const ports = issuingPorts(opaque);
    const { token } = await issueAccessToken(entitlement(), ports);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(ports.issuance.opaque).toEqual([
      {
        tokenHash: sha256(token),
        jti: expect.any(String),
        grantId: null,
        clientId: 's6BhdRkqt3',
        subject: { kind: 'client', id: 's6BhdRkqt3' },
        authority: entitlement().authority,
        confirmation: null,
        lifetimeSeconds: 600,
      },
    ]);
    expect(JSON.stringify(ports.issuance.opaque)).not.toContain(token);
  });

  it('says nothing before the row is there (I2)', async () => {
    const ports = issuingPorts(opaque);
    const opaqueAccessTokens = { insert: () => Promise.reject(new Outage('postgresql', 'away')) };
    await expect(issueAccessToken(entitlement(), { ...ports, opaqueAccessTokens })).rejects.toBeInstanceOf(Outage);
  });
});

describe('RFC 8707 §2 a resource that was withdrawn meanwhile', () => {
  it.each([['removed', []], ['disabled', [resource({ enabled: false })]]])('gets no token when it was %s', async (_case, resources) => {
    const ports = issuingPorts(resources);
    await expect(issueAccessToken(entitlement(), ports)).rejects.toEqual(new OAuthError('resource.unknown'));
    expect(ports.issuance).toMatchObject({ opaque: [], stateless: [] });
  });
});

describe('Ours: the lifetime of an access token', () => {
  it.each([
    ['neither declares one', null, null, ACCESS_TOKEN_LIFETIME_SECONDS_DEFAULT],
    ['only the client does', 120, null, 120],
    ['only the resource does', null, 7200, 7200],
    ['the client is shorter', 60, 300, 60],
    ['the resource is shorter', 300, 60, 60],
    ['both are longer than keys stay published', 1e6, 1e6, ACCESS_TOKEN_LIFETIME_SECONDS_MAX],
  ])('when %s', (_case, ofClient, ofResource, seconds) => {
    expect(accessTokenLifetime({ accessTokenLifetimeSeconds: ofClient }, { accessTokenLifetimeSeconds: ofResource })).toBe(seconds);
  });
});

describe('Ours: an entitlement', () => {
  it('is what its schema accepts', () => {
    expect(Entitlement.parse(entitlement())).toEqual(entitlement());
  });
  it.each([
    ['no lifetime', { lifetimeSeconds: 0 }],
    ['a lifetime beyond the longest', { lifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS_MAX + 1 }],
    ['a subject of no kind', { subject: { kind: 'robot', id: 'x' } }],
    ['a resource with a fragment', { resource: 'https://api.example.com/#x' }],
  ])('is refused with %s', (_case, overrides) => {
    expect(Entitlement.safeParse(entitlement(overrides)).success).toBe(false);
  });
});

describe('RFC 7662 §2.1 a presented token by its form', () => {
  it.each([
    ['a JWS', 'eyJ.eyJ.c2ln', 'jwt'],
    ['a handle', 'h'.repeat(43), 'opaque'],
    ['too short a handle', 'h'.repeat(42), 'unknown'],
    ['too long a handle', 'h'.repeat(44), 'unknown'],
    ['another alphabet', `${'h'.repeat(42)}+`, 'unknown'],
    ['a JWS without a signature', 'eyJ.eyJ.', 'unknown'],
    ['a JWE', 'a.b.c.d.e', 'unknown'],
    ['anything else', 'x y', 'unknown'],
  ])('%s', (_case, token, form) => {
    expect(recognizeToken(token).form).toBe(form);
  });

  it('finds a handle by its SHA-256', () => {
    expect(recognizeToken('h'.repeat(43))).toEqual({ form: 'opaque', tokenHash: sha256('h'.repeat(43)) });
  });
});

describe('RFC 9068 §2.2, §3 the access token of a user', () => {
  const USER = { subject: { kind: 'user', id: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }, grantId: GRANT_ID };
  const over = (scope: string[]) => ({ version: 1, scope, resources: ['https://api.example.com/orders'], claims: {}, authorizationDetails: [] });
  const claimsOf = (compact: string) => verifierOf([]).decode(compact)?.claims ?? {};

  it('names its grant in its jti, so that nothing has to be stored for it (decision 3)', async () => {
    const ports = issuingPorts();
    const { jti, sub } = claimsOf((await issueAccessToken(entitlement(USER), ports)).token);
    expect([jti, sub]).toEqual([`${GRANT_ID}.${'1'.padStart(22, 'v')}`, 'usr_2iv3d3YcSTm1vE7vTzrWlA']);
    expect(grantOfJti(String(jti))).toBe(GRANT_ID);
    expect(ports.issuance.opaque).toEqual([]);
  });

  it.each([
    ['the resource', ['orders.read'], {}, 'https://api.example.com/orders'],
    ['the resource and the userinfo endpoint with openid', ['openid', 'orders.read'], {}, ['https://api.example.com/orders', ISSUER]],
    ['the userinfo endpoint alone', ['openid'], { resource: ISSUER }, ISSUER],
  ])('is for %s', async (_case, scope, change, aud) => {
    const ports = issuingPorts([resource(), userinfoResource(ISSUER)]);
    expect(claimsOf((await issueAccessToken(entitlement({ ...USER, authority: over(scope), ...change }), ports)).token)['aud']).toEqual(aud);
  });

  it('keeps grant and audience with its row when it is a handle', async () => {
    const ports = issuingPorts([resource({ tokenFormat: 'opaque' })]);
    await issueAccessToken(entitlement({ ...USER, authority: over(['openid', 'orders.read']) }), ports);
    expect(ports.issuance.opaque).toMatchObject([
      { grantId: GRANT_ID, jti: expect.stringMatching(`^${GRANT_ID}\\.`), authority: { resources: ['https://api.example.com/orders', ISSUER] } },
    ]);
  });

  it.each([
    ['a client that looks like a user (CCR-2)', { subject: { kind: 'client', id: 'usr_2iv3d3YcSTm1vE7vTzrWlA' } }],
    ['a user that looks like a client', { ...USER, subject: { kind: 'user', id: 's6BhdRkqt3' } }],
  ])('is never issued to %s', async (_case, change) => {
    await expect(issueAccessToken(entitlement(change), issuingPorts())).rejects.toBeInstanceOf(RangeError);
  });
});

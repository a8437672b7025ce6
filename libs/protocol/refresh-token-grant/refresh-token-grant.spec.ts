import { createHmac, hash } from 'node:crypto';
import { authorityOver, OAuthError, Outage } from '@tessera/vocabulary';
import { withUserinfo } from '../access-token/index.js';
import { ISSUER, userGrant } from '../access-token/testing.js';
import type { ClientMetadata } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { deriveSuccessor, newRefreshFamily, refreshTokenGrant, type RefreshTokenGrantPorts, refreshTokenHash, refreshTokenPolicy } from './index.js';
import { derivationKey, InMemoryRefreshFamilies } from './testing.js';

const FIRST = 'tGzv3JOkF0XG5Qx2TlKWIAtGzv3JOkF0XG5Qx2TlKWI';
const ORDERS = resource();
const registered = { resources: [ORDERS.identifier], defaultResource: null };
const CONFIDENTIAL = webClient({}, registered);
const PUBLIC = webClient({}, { ...registered, authenticationMethod: 'none' });

/** A family that has just begun. */
function begun(client: ClientMetadata = CONFIDENTIAL, grant = userGrant()) {
  const families = new InMemoryRefreshFamilies();
  const keys: [ReturnType<typeof derivationKey>, ...ReturnType<typeof derivationKey>[]] = [derivationKey()];
  const ports: RefreshTokenGrantPorts = {
    issuer: ISSUER,
    resources: withUserinfo({ find: (identifier) => Promise.resolve(identifier === ORDERS.identifier ? ORDERS : null) }, ISSUER),
    families,
    derivation: { keys: () => keys },
  };
  void families.begin(newRefreshFamily(FIRST, grant, client));
  const refresh = (token: string, fields: Record<string, string | string[]> = {}, as: ClientMetadata = client) =>
    refreshTokenGrant(form({ grant_type: 'refresh_token', refresh_token: token, ...fields }), { client: as }, ports);
  const next = async (token: string) => {
    const { refreshToken } = await refresh(token);
    if (refreshToken === null || refreshToken === 'begin') throw new Error('there is no refresh token');
    return refreshToken.token;
  };
  return { families, keys, ports, refresh, next };
}

describe('RFC 6749 §6 refreshing an access token', () => {
  it('entitles the client to what was granted, and keeps the family', async () => {
    const { access, grant, refreshToken } = await begun().refresh(FIRST);
    expect(access).toMatchObject({ subject: { kind: 'user', id: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }, authority: { scope: ['openid', 'profile', 'email'] }, resource: ISSUER });
    expect(grant).toEqual(userGrant({ nonce: null }));
    expect(refreshToken).toEqual({ token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) });
  });

  it.each([
    ['no token', { refresh_token: '' }, 'request.missing_parameter'],
    ['an unknown token', { refresh_token: 'x' }, 'refresh_token.unknown'],
    ['a wider scope', { scope: 'openid orders.read' }, 'user_grant.scope_not_granted'],
    ['a malformed scope', { scope: 'openid  email' }, 'scope.malformed'],
    ['two resources', { resource: [ISSUER, ORDERS.identifier] }, 'resource.too_many'],
    ['a resource that was not granted', { resource: ORDERS.identifier }, 'user_grant.resource_not_granted'],
    ['a resource that is not there', { resource: 'https://nobody.example' }, 'resource.unknown'],
  ] as const)('MUST refuse %s, and burns nothing', async (_case, fields, reason) => {
    const { refresh } = begun();
    await expect(refresh(FIRST, fields as Record<string, string | string[]>)).rejects.toEqual(new OAuthError(reason));
    await expect(refresh(FIRST)).resolves.toMatchObject({ access: { resource: ISSUER } });
  });

  it('MUST be bound to the client (§6); another one burns nothing', async () => {
    const { refresh, families } = begun();
    await expect(refresh(FIRST, {}, webClient({}, { clientId: 'another' }))).rejects.toEqual(new OAuthError('refresh_token.foreign'));
    expect(families.families[0]?.revokeReason).toBeNull();
    await expect(refresh(FIRST)).resolves.toMatchObject({ access: { resource: ISSUER } });
  });

  it('narrows the scope for one access token (§6)', async () => {
    const { refresh } = begun();
    const { access, refreshToken } = await refresh(FIRST, { scope: 'email' });
    expect(access.authority.scope).toEqual(['email']);
    const token = refreshToken === null || refreshToken === 'begin' ? '' : refreshToken.token;
    expect((await refresh(token)).access.authority.scope).toEqual(['openid', 'profile', 'email']);
  });

  it('narrows to a granted resource, or to the userinfo endpoint where openid was granted (RFC 8707 §2.2)', async () => {
    const grant = userGrant({ authority: authorityOver(['openid', 'orders.read'], [ORDERS.identifier]) });
    const { refresh, next } = begun(CONFIDENTIAL, grant);
    expect((await refresh(await next(FIRST), { resource: ISSUER })).access.resource).toBe(ISSUER);
    const plain = begun(CONFIDENTIAL, userGrant({ authority: authorityOver(['orders.read'], [ORDERS.identifier]) }));
    expect((await plain.refresh(await plain.next(FIRST), { resource: ORDERS.identifier })).access.resource).toBe(ORDERS.identifier);
    await expect(begun(CONFIDENTIAL, userGrant({ authority: authorityOver(['orders.read'], [ORDERS.identifier]) })).refresh(FIRST, { resource: ISSUER })).rejects.toEqual(
      new OAuthError('user_grant.scope_not_granted'),
    );
  });

  it('GEN-6, REF-6: MUST refuse when what it depends on is not alive, and revokes nothing by it', async () => {
    const { refresh, families } = begun();
    families.alive = false;
    await expect(refresh(FIRST)).rejects.toEqual(new OAuthError('refresh_token.ended'));
    expect(families.families[0]?.revokeReason).toBeNull();
    families.alive = true;
    families.now += 14 * 86_400;
    await expect(refresh(FIRST)).rejects.toEqual(new OAuthError('refresh_token.ended'));
  });

  it('lets an outage through', async () => {
    const { ports, refresh, families } = begun();
    const away = () => Promise.reject(new Outage('postgresql', 'away'));
    await expect(refreshTokenGrant(form({ refresh_token: FIRST }), { client: CONFIDENTIAL }, { ...ports, families: { ...ports.families, rotate: away, extend: away, explain: away } })).rejects.toBeInstanceOf(Outage);
    expect(families.asked).toEqual([]);
    await refresh(FIRST);
  });
});

describe('REF-4 reuse of a refresh token', () => {
  it('MUST end the family, the winner\'s token included', async () => {
    const { next, refresh, families } = begun();
    const second = await next(FIRST);
    await expect(refresh(FIRST)).rejects.toEqual(new OAuthError('refresh_token.reused'));
    expect(families.families[0]?.revokeReason).toBe('reused');
    await expect(refresh(second)).rejects.toEqual(new OAuthError('refresh_token.reused'));
  });

  it('within the window of a public client the preceding token gets the same successor', async () => {
    const { next, families } = begun(PUBLIC);
    const second = await next(FIRST);
    families.now += 9;
    expect(await next(FIRST)).toBe(second);
    expect(families.asked).toEqual(['rotate', 'rotate', 'explain']);
    expect(await next(second)).not.toBe(second);
  });

  it('also when the active key changed in between: the successor was derived with the other', async () => {
    const { next, keys } = begun(PUBLIC);
    const second = await next(FIRST);
    keys.unshift(derivationKey('mac-2'));
    expect(await next(FIRST)).toBe(second);
  });

  it('is refused when that key was withdrawn, and the family lives on', async () => {
    const { next, refresh, keys, families } = begun(PUBLIC);
    const second = await next(FIRST);
    keys[0] = derivationKey('mac-2');
    await expect(refresh(FIRST)).rejects.toEqual(new OAuthError('refresh_token.ended'));
    expect(families.families[0]?.revokeReason).toBeNull();
    await expect(refresh(second)).resolves.toMatchObject({ access: { resource: ISSUER } });
  });

  it.each([
    ['after the window', async ({ families }: ReturnType<typeof begun>, _second: string) => void (families.now += 10)],
    ['once the successor was used: an older generation is reuse', async ({ next }: ReturnType<typeof begun>, second: string) => void (await next(second))],
  ])('ends the family %s', async (_case, meanwhile) => {
    const one = begun(PUBLIC);
    await meanwhile(one, await one.next(FIRST));
    await expect(one.refresh(FIRST)).rejects.toEqual(new OAuthError('refresh_token.reused'));
    expect(one.families.families[0]?.revokeReason).toBe('reused');
  });

  it('MUST have one wire answer for every refused token', async () => {
    const { refresh, next } = begun();
    await next(FIRST);
    const answers = await Promise.all([refresh('x'), refresh(FIRST, {}, webClient({}, { clientId: 'another' })), refresh(FIRST)].map((one) => one.catch((error: unknown) => (error as OAuthError).toWire())));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});

describe('REF-1 how the refresh tokens of a client behave', () => {
  const DAY = 86_400;
  it.each([
    ['a confidential client', {}, {}, { rotates: true, retryWindowSeconds: 0 }],
    ['a public client', { authenticationMethod: 'none' }, {}, { rotates: true, retryWindowSeconds: 10 }],
    ['a public client that registered otherwise', { authenticationMethod: 'none' }, { rotateRefreshTokens: false }, { rotates: true }],
    ['a confidential client that registered otherwise', {}, { rotateRefreshTokens: false }, { rotates: false }],
    ['a client of fapi2', { profile: 'fapi2' }, {}, { rotates: false }],
    ['a client of fapi-ciba', { profile: 'fapi-ciba' }, {}, { rotates: false }],
    ['a client of fapi1-advanced that registered otherwise', { profile: 'fapi1-advanced' }, { rotateRefreshTokens: true }, { rotates: false }],
    ['a registered window', {}, { refreshRetryWindowSeconds: 5 }, { retryWindowSeconds: 5 }],
    ['a window of 0 for a public client', { authenticationMethod: 'none' }, { refreshRetryWindowSeconds: 0 }, { retryWindowSeconds: 0 }],
    ['the provider\'s lifetimes', {}, {}, { idleSeconds: 14 * DAY, lifetimeSeconds: 90 * DAY }],
    ['registered lifetimes', {}, { refreshTokenIdleSeconds: 60, refreshTokenLifetimeSeconds: 120 }, { idleSeconds: 60, lifetimeSeconds: 120 }],
  ])('%s', (_case, client, registration, expected) => {
    expect(refreshTokenPolicy(webClient(registration, client))).toMatchObject(expected);
  });

  it('the same token goes on where nothing rotates', async () => {
    const { next, families } = begun(webClient({}, { ...registered, profile: 'fapi2' }));
    expect(await next(await next(FIRST))).toBe(FIRST);
    expect(families.asked).toEqual(['extend', 'extend']);
  });
});

describe('decision 13: a successor is derived', () => {
  it('base64url(HMAC-SHA-256(key, "refresh" NUL SHA-256(token))), so that a lost answer can be said again', () => {
    const key = derivationKey();
    const expected = createHmac('sha256', key.secret).update(Buffer.concat([Buffer.from('refresh\0'), hash('sha256', FIRST, 'buffer')])).digest('base64url');
    expect(deriveSuccessor(refreshTokenHash(FIRST), key)).toBe(expected);
  });

  it('differs with the key and with the token', () => {
    const [one, two] = [derivationKey(), derivationKey()];
    const derived = [deriveSuccessor(refreshTokenHash(FIRST), one), deriveSuccessor(refreshTokenHash(FIRST), two), deriveSuccessor(refreshTokenHash('x'), one)];
    expect(new Set(derived).size).toBe(3);
  });
});

import { authorityOver, OAuthError, Outage } from '@tessera/vocabulary';
import { withUserinfo } from '../access-token/index.js';
import { GRANT_ID, ISSUER, userGrant } from '../access-token/testing.js';
import type { ClientMetadata } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { authorizationCodeGrant, type AuthorizationCodeGrantPorts } from './index.js';
import { InMemoryAuthorizationCodes } from './testing.js';

const APPENDIX_B = { verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' };
const CODE = 'SplxlOBeZQQYbYS6WxSbIA';
const REDIRECT_URI = 'https://client.example.org/cb';
const ORDERS = resource();
const STOCK = resource({ identifier: 'https://api.example.com/stock', scope: ['stock.read'], accessTokenLifetimeSeconds: 60 });
const RESOURCES = [ORDERS, STOCK];
const CLIENT = webClient({}, { resources: RESOURCES.map(({ identifier }) => identifier), scope: ['openid', 'profile', 'email', 'offline_access', 'orders.read', 'stock.read'], defaultResource: null });

/** A code that waits for its redemption. */
function issued({ codeChallenge = APPENDIX_B.challenge as string | null, redirectUri = REDIRECT_URI as string | null, grant = userGrant(), client = CLIENT } = {}) {
  const codes = new InMemoryAuthorizationCodes();
  codes.issue(CODE, { grant, redirectUri, codeChallenge });
  let count = 0;
  const ports: AuthorizationCodeGrantPorts<unknown> = {
    issuer: ISSUER,
    resources: withUserinfo({ find: (identifier) => Promise.resolve(RESOURCES.find((one) => one.identifier === identifier) ?? null) }, ISSUER),
    codes,
    redemptionId: () => `0b9b7a0e-5a6e-4c55-9c0e-${String((count += 1)).padStart(12, '0')}`,
  };
  const redeem = (fields: Record<string, string | string[] | undefined> = {}, as: ClientMetadata = client) =>
    authorizationCodeGrant(request(fields), { client: as }, ports, 'the call');
  return { codes, ports, redeem };
}

/** A token request for the code; `undefined` leaves a parameter out. */
function request(fields: Record<string, string | string[] | undefined>) {
  const all = { grant_type: 'authorization_code', code: CODE, redirect_uri: REDIRECT_URI, code_verifier: APPENDIX_B.verifier, ...fields };
  return form(Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))));
}

describe('RFC 6749 §4.1.3 redeeming a code', () => {
  it('entitles the client to what the user granted, for the userinfo endpoint when no resource was', async () => {
    const { access, grant, refreshToken } = await issued().redeem();
    expect(access).toEqual({
      clientId: 's6BhdRkqt3', subject: { kind: 'user', id: 'usr_2iv3d3YcSTm1vE7vTzrWlA' }, grantId: GRANT_ID, actor: null, sourceGrant: null,
      authority: authorityOver(['openid', 'profile', 'email'], [ISSUER]), resource: ISSUER, lifetimeSeconds: 600, confirmation: null,
    });
    expect(grant).toEqual(userGrant());
    expect(refreshToken).toBe('begin');
  });

  it('COD-1: everything the code is bound to travels with its redemption, and the code itself does not', async () => {
    const { redeem, codes } = issued();
    await redeem();
    expect(codes.asked).toEqual([
      { codeHash: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), clientId: 's6BhdRkqt3', redirectUri: REDIRECT_URI, codeChallenge: APPENDIX_B.challenge, confirmation: null, redemptionId: '0b9b7a0e-5a6e-4c55-9c0e-000000000001' },
    ]);
    expect(codes.calls).toEqual(['the call']);
  });

  it('ignores a scope parameter: it is none of this request', async () => {
    const { access } = await issued().redeem({ scope: 'openid admin' });
    expect(access.authority.scope).toEqual(['openid', 'profile', 'email']);
  });

  it('has no refresh token for a client without that grant type', async () => {
    expect((await issued({ client: { ...CLIENT, grantTypes: ['authorization_code'] } }).redeem()).refreshToken).toBeNull();
  });

  it.each([
    ['no code', { code: undefined }, 'request.missing_parameter'],
    ['an empty code', { code: '' }, 'request.missing_parameter'],
    ['an unknown code', { code: 'x' }, 'authorization_code.unknown'],
    ['another redirect URI', { redirect_uri: 'https://client.example.org/cb2' }, 'authorization_code.mismatch'],
    ['no redirect URI though the request had one', { redirect_uri: undefined }, 'authorization_code.mismatch'],
  ] as const)('MUST refuse %s', async (_case, fields, reason) => {
    await expect(issued().redeem(fields)).rejects.toEqual(new OAuthError(reason));
  });

  it('COD-4: another client\'s code looks like an unknown one', async () => {
    const refusal = await issued().redeem({}, webClient({}, { clientId: 'another' })).catch((error: unknown) => error);
    const unknown = await issued().redeem({ code: 'x' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OAuthError);
    expect((refusal as OAuthError).toWire()).toEqual((unknown as OAuthError).toWire());
  });

  it('lets an outage through: whether the code was redeemed is not known', async () => {
    const { ports } = issued();
    const codes = { redeem: () => Promise.reject(new Outage('authorization', 'away')) };
    await expect(authorizationCodeGrant(request({}), { client: CLIENT }, { ...ports, codes }, null)).rejects.toBeInstanceOf(Outage);
  });
});

describe('RFC 7636 §4.6 the server verifies code_verifier before returning the tokens', () => {
  it.each([
    ['is not the one of the challenge', 'x'.repeat(43), 'authorization_code.mismatch'],
    ['is left out', undefined, 'authorization_code.mismatch'],
    ['is empty', '', 'authorization_code.mismatch'],
    ['is too short (§4.1)', 'x'.repeat(42), 'authorization_code.malformed_verifier'],
    ['is too long (§4.1)', 'x'.repeat(129), 'authorization_code.malformed_verifier'],
    ['has other characters (§4.1)', 'ü'.repeat(43), 'authorization_code.malformed_verifier'],
    ['is the challenge', APPENDIX_B.challenge, 'authorization_code.mismatch'],
  ] as const)('MUST answer invalid_grant when it %s', async (_case, code_verifier, reason) => {
    await expect(issued().redeem({ code_verifier })).rejects.toMatchObject({ code: 'invalid_grant', reason });
  });

  it('RFC 9700 §2.1.1, COD-6: MUST refuse one when the authorization request had no challenge', async () => {
    await expect(issued({ codeChallenge: null }).redeem()).rejects.toEqual(new OAuthError('authorization_code.mismatch'));
  });

  it('needs none when there was no challenge', async () => {
    await expect(issued({ codeChallenge: null }).redeem({ code_verifier: undefined })).resolves.toMatchObject({ access: { resource: ISSUER } });
  });
});

describe('RFC 6749 §4.1.2 a code is used once', () => {
  it('SHOULD revoke what the first use got when it comes a second time', async () => {
    const { redeem, codes } = issued();
    await redeem();
    await expect(redeem()).rejects.toEqual(new OAuthError('authorization_code.replayed'));
    expect(codes.revoked).toEqual([GRANT_ID]);
  });
});

describe('RFC 8707 §2.2 the resource of a token', () => {
  const granted = (resources: readonly string[], scope = ['openid', 'orders.read', 'stock.read']) => userGrant({ authority: authorityOver(scope, resources) });
  const both = granted([STOCK.identifier, ORDERS.identifier]);

  it.each([
    ['the one that was granted', granted([ORDERS.identifier]), {}, CLIENT, ORDERS.identifier, ['openid', 'orders.read']],
    ['the first of several', both, {}, CLIENT, STOCK.identifier, ['openid', 'stock.read']],
    ['the client\'s default among several', both, {}, { ...CLIENT, defaultResource: ORDERS.identifier }, ORDERS.identifier, ['openid', 'orders.read']],
    ['the one that is named', both, { resource: ORDERS.identifier }, CLIENT, ORDERS.identifier, ['openid', 'orders.read']],
    ['the userinfo endpoint, named by the issuer', both, { resource: ISSUER }, CLIENT, ISSUER, ['openid']],
    ['the first, when the default was not granted', granted([STOCK.identifier]), {}, { ...CLIENT, defaultResource: ORDERS.identifier }, STOCK.identifier, ['openid', 'stock.read']],
  ])('is %s, with the scope that it offers', async (_case, grant, fields, client, resourceOfToken, scope) => {
    const { access } = await issued({ grant, client }).redeem(fields);
    expect([access.resource, access.authority.scope]).toEqual([resourceOfToken, scope]);
  });

  it('lives as long as the resource says', async () => {
    expect((await issued({ grant: both }).redeem()).access.lifetimeSeconds).toBe(60);
  });

  it.each([
    ['one that was not granted', granted([ORDERS.identifier]), { resource: STOCK.identifier }, 'user_grant.resource_not_granted'],
    ['the userinfo endpoint without openid', granted([ORDERS.identifier], ['orders.read']), { resource: ISSUER }, 'user_grant.resource_not_granted'],
    ['something else', both, { resource: 'https://nobody.example' }, 'resource.unknown'],
  ] as const)('MUST NOT be %s: invalid_target', async (_case, grant, fields, reason) => {
    await expect(issued({ grant }).redeem(fields)).rejects.toMatchObject({ code: 'invalid_target', reason });
  });

  it('is one: several are refused before the code is spent', async () => {
    const { redeem, codes } = issued({ grant: both });
    await expect(redeem({ resource: [ORDERS.identifier, STOCK.identifier] })).rejects.toEqual(new OAuthError('resource.too_many'));
    expect(codes.asked).toEqual([]);
  });

  it('GEN-7: what the client lost since is not issued any more', async () => {
    const lessScope = { ...CLIENT, scope: ['openid', 'stock.read'] };
    expect((await issued({ grant: granted([ORDERS.identifier]), client: lessScope }).redeem()).access.authority.scope).toEqual(['openid']);
  });

  it.each([
    ['another one that was granted', granted(['https://gone.example', STOCK.identifier]), STOCK.identifier, ['openid', 'stock.read']],
    ['the userinfo endpoint with openid', granted(['https://gone.example']), ISSUER, ['openid']],
    ['the userinfo endpoint, when the client lost it', granted([ORDERS.identifier]), ISSUER, ['openid']],
  ])('is %s when the usual one is gone', async (_case, grant, resourceOfToken, scope) => {
    const { access } = await issued({ grant, client: { ...CLIENT, resources: [STOCK.identifier] } }).redeem();
    expect([access.resource, access.authority.scope]).toEqual([resourceOfToken, scope]);
  });

  it('MUST NOT be another one than was granted when none is left', async () => {
    await expect(issued({ grant: granted(['https://gone.example'], ['orders.read']) }).redeem()).rejects.toEqual(new OAuthError('resource.unknown'));
  });

  it('is refused before the code is spent when the client may not have it at all', async () => {
    const { redeem, codes } = issued({ grant: both, client: { ...CLIENT, resources: [STOCK.identifier] } });
    await expect(redeem({ resource: ORDERS.identifier })).rejects.toEqual(new OAuthError('resource.not_allowed'));
    await expect(redeem({ resource: 'https://nobody.example' })).rejects.toEqual(new OAuthError('resource.unknown'));
    expect(codes.asked).toEqual([]);
  });
});

import { hash } from 'node:crypto';
import { authorityOver, OAuthError, Outage } from '@tessera/vocabulary';
import { ISSUER, issuingPorts, NOW, userGrant } from '../access-token/testing.js';
import { withUserinfo } from '../access-token/index.js';
import { type ClientMetadata, ResponseType } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { type FrontChannelIssuance, issueFrontChannelTokens } from './index.js';

const CODE = 'Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk';
const registered = (registration = {}, overrides = {}) =>
  webClient({ responseTypes: ResponseType.options, idTokenSigningAlgorithm: 'ES256', ...registration }, { grantTypes: ['authorization_code', 'implicit'], ...overrides });

function at(client: ClientMetadata | null = registered()) {
  const ports = issuingPorts([resource()]);
  const issuing = { ...ports, resources: withUserinfo(ports.resources, ISSUER) };
  const issue = (asked: Partial<FrontChannelIssuance> = {}) =>
    issueFrontChannelTokens(
      { clientId: userGrant().clientId, grant: userGrant(), responseType: 'code id_token', code: CODE, state: 'af0ifjsldkj', ...asked },
      { issuing, clients: { find: () => Promise.resolve(client) } },
    );
  return { issue, issuance: ports.issuance };
}
const claimsOf = (token: string | null | undefined): Record<string, unknown> => JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString());
const half = (value: string) => hash('sha256', value, 'buffer').toString('base64url', 0, 16);

describe('OIDC Core §3.2.2.5, §3.3.2.5, RFC 6749 §4.2.2 the tokens of an authorization response', () => {
  it.each([
    ['id_token', false, true],
    ['id_token token', true, true],
    ['code id_token', false, true],
    ['code token', true, false],
    ['code id_token token', true, true],
  ] as const)('%s carries what it says', async (responseType, access, id) => {
    const { accessToken, idToken } = await at().issue({ responseType });
    expect([accessToken !== null, idToken !== null]).toEqual([access, id]);
  });

  it('an access token lives as one from the token endpoint, for the same grant', async () => {
    const { issue, issuance } = at();
    const { accessToken } = await issue({ responseType: 'id_token token', code: null });
    expect(accessToken).toMatchObject({ lifetimeSeconds: 600, scope: ['openid', 'profile', 'email'] });
    expect(claimsOf(accessToken?.token)).toMatchObject({ iss: ISSUER, aud: ISSUER, client_id: 's6BhdRkqt3', sub: 'usr_2iv3d3YcSTm1vE7vTzrWlA' });
    expect(issuance.stateless).toHaveLength(1);
  });

  it('an ID token has the nonce, and at_hash and c_hash of what comes along (§3.2.2.9, §3.3.2.11)', async () => {
    const { accessToken, idToken } = await at().issue({ responseType: 'code id_token token' });
    expect(claimsOf(idToken)).toMatchObject({
      iss: ISSUER, aud: 's6BhdRkqt3', nonce: 'n-0S6_WzA2Mj', iat: NOW, at_hash: half(accessToken?.token ?? ''), c_hash: 'LDktKdoQak3Pk0cnXxCltA',
    });
  });

  it('has neither hash where there is nothing to bind (§3.2.2.10)', async () => {
    const { idToken } = await at().issue({ responseType: 'id_token', code: null });
    expect(Object.keys(claimsOf(idToken)).filter((name) => name.endsWith('_hash'))).toEqual([]);
  });

  it('FAPI 1 Advanced §5.2.2.1 has s_hash for that profile, and for no other', async () => {
    const { idToken } = await at(registered({}, { profile: 'fapi1-advanced' })).issue();
    expect(claimsOf(idToken)).toMatchObject({ s_hash: half('af0ifjsldkj'), c_hash: half(CODE) });
    expect(claimsOf((await at().issue()).idToken)).not.toHaveProperty('s_hash');
    expect(claimsOf((await at(registered({}, { profile: 'fapi1-advanced' })).issue({ state: null })).idToken)).not.toHaveProperty('s_hash');
  });

  it('has the claims that were granted for it', async () => {
    const { idToken } = await at().issue({ grant: userGrant({ idTokenClaims: { given_name: 'Jane' } }) });
    expect(claimsOf(idToken)['given_name']).toBe('Jane');
  });
});

describe('AUT-3 who gets tokens from the authorization endpoint', () => {
  const REFUSED: [string, ClientMetadata | null][] = [
    ['a client that registered the code alone', registered({ responseTypes: ['code'] })],
    ['a client that registered another type', registered({ responseTypes: ['id_token'] })],
    ['a disabled client', registered({}, { enabled: false })],
    ['a client nobody knows', null],
    ['another client than the grant is for', registered({}, { clientId: 'other' })],
  ];
  it.each(REFUSED)('MUST NOT be %s', async (_case, client) => {
    const { issue, issuance } = at(client);
    await expect(issue()).rejects.toEqual(new OAuthError('authorization_request.response_type'));
    expect([issuance.stateless, issuance.opaque]).toEqual([[], []]);
  });

  it('RFC 6749 §3.3 the scope is what was granted and is still registered', async () => {
    const grant = userGrant({ authority: authorityOver(['openid', 'email', 'phone'], []) });
    expect((await at().issue({ grant, responseType: 'id_token token' })).accessToken?.scope).toEqual(['openid', 'email']);
  });

  it('lets an outage through: nothing was made', async () => {
    const { issuing } = { issuing: issuingPorts([]) };
    const away = { issuing, clients: { find: () => Promise.reject(new Outage('client-metadata', 'stale')) } };
    await expect(issueFrontChannelTokens({ clientId: userGrant().clientId, grant: userGrant(), responseType: 'id_token', code: null, state: null }, away)).rejects.toBeInstanceOf(Outage);
  });
});

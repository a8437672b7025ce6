import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { resource, webClient } from '../client/testing.js';
import { AuthorizationRefusal, AuthorizationRequest, validateAuthorizationRequest } from './index.js';
import { authorizationRequest, CHALLENGE, HINT, HINTED, requestParameters, requestPorts, validating } from './testing.js';

const ORDERS = resource();
const STOCK = resource({ identifier: 'https://api.example.com/stock', scope: ['stock.read'] });
const both = webClient({}, { resources: [ORDERS.identifier, STOCK.identifier], defaultResource: null, scope: ['openid', 'offline_access', 'orders.read', 'stock.read'] });
const needsNoProof = { requireProofKey: false };

type Overrides = Record<string, string | string[]>;
type Refused = [title: string, overrides: Overrides, reason: ReasonId, client?: ClientMetadata];
/** A row is as long as the test has parameters; the client is {@link webClient} unless it says otherwise. */
const rows = (refused: Refused[]) => refused.map(([title, overrides, reason, client = webClient()]) => [title, overrides, reason, client] as const);

async function refuses(overrides: Overrides, reason: ReasonId, client?: ClientMetadata): Promise<void> {
  const refusal: unknown = await validating(overrides, client, { resources: [ORDERS, STOCK] }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AuthorizationRefusal);
  expect(refusal).toMatchObject({ refusal: new OAuthError(reason), redirectUri: 'https://client.example.org/cb' });
}

describe('OIDC Core §3.1.2.1 a valid authorization request', () => {
  it('has defaults for everything that was not sent', async () => {
    const request = await validating();
    expect(request).toEqual(authorizationRequest());
    expect(AuthorizationRequest.parse(JSON.parse(JSON.stringify(request)))).toEqual(request);
  });

  it('keeps everything that was sent', async () => {
    const claims = { userinfo: { name: { essential: true }, email: null }, id_token: { acr: { values: ['1', '2'] } } };
    await expect(
      validating({
        response_mode: 'form_post',
        scope: 'openid profile email',
        nonce: 'n-0S6_WzA2Mj',
        prompt: 'login consent',
        max_age: '0',
        acr_values: '1 2',
        id_token_hint: HINT,
        login_hint: 'alice',
        ui_locales: 'de-CH fr',
        claims: JSON.stringify(claims),
        resource: ORDERS.identifier,
        dpop_jkt: CHALLENGE,
      }),
    ).resolves.toEqual(
      authorizationRequest({
        responseMode: 'form_post',
        scope: ['openid', 'profile', 'email'],
        nonce: 'n-0S6_WzA2Mj',
        prompt: ['login', 'consent'],
        maxAgeSeconds: 0,
        acrValues: ['1', '2'],
        hintedAccount: HINTED,
        loginHint: 'alice',
        uiLocales: ['de-CH', 'fr'],
        claims,
        resources: [ORDERS.identifier],
        confirmation: null,
      }),
    );
  });

  it.each([
    ['parameters nobody defined (RFC 6749 §3.1)', { extra: 'foobar', __proto__x: 'y', constructor: 'z' }],
    ['display', { display: 'page' }],
    ['a display nobody defined', { display: 'hologram' }],
    ['claims_locales', { claims_locales: 'se' }],
    ['ui_locales of no language', { ui_locales: '!! ä' }],
    ['a login_hint that is nobody\'s', { login_hint: 'x'.repeat(5_000) }],
    ['parameters without a value', { prompt: '', max_age: '', claims: '', resource: '', request: '' }],
    ['a challenge of another request parameter', { code_verifier: 'x' }],
  ])('is not disturbed by %s', async (_case, overrides) => {
    await expect(validating(overrides)).resolves.toEqual(authorizationRequest());
  });

  it('has the registered defaults of the client (OIDC Registration §2)', async () => {
    const client = webClient({ defaultMaxAgeSeconds: 60, defaultAcrValues: ['1'], responseModes: ['form_post'] });
    await expect(validating({}, client)).resolves.toMatchObject({ maxAgeSeconds: 60, acrValues: ['1'], responseMode: 'form_post' });
    await expect(validating({ max_age: '5', acr_values: '2' }, client)).resolves.toMatchObject({ maxAgeSeconds: 5, acrValues: ['2'] });
  });

  it.each([
    ['a state of 128 characters', { state: 's'.repeat(128) }],
    ['a state of 1000 characters', { state: 's'.repeat(1_000) }],
    ['the longest state', { state: 's'.repeat(2_048) }],
    ['a state beyond ASCII', { state: '{"an":"ü"}' }],
    ['a nonce of 384 characters', { nonce: 'n'.repeat(384) }],
    ['the longest nonce', { nonce: 'n'.repeat(1_024) }],
  ])('keeps intact %s', async (_case, overrides: Overrides) => {
    const { state, nonce } = await validating(overrides);
    expect({ state, nonce }).toEqual({ state: 'af0ifjsldkj', nonce: null, ...overrides });
  });
});

describe('RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6 what is refused by redirect', () => {
  const noGrant = webClient({}, { grantTypes: ['client_credentials'] });
  const REFUSED: Refused[] = [
    ['no response_type', { response_type: '' }, 'request.missing_parameter'],
    ['response_type token', { response_type: 'token' }, 'authorization_request.response_type'],
    ['response_type id_token', { response_type: 'id_token' }, 'authorization_request.response_type'],
    ['response_type code id_token', { response_type: 'code id_token' }, 'authorization_request.response_type'],
    ['response_type code token', { response_type: 'code token' }, 'authorization_request.response_type'],
    ['response_type none', { response_type: 'none' }, 'authorization_request.response_type'],
    ['response_type in other letters', { response_type: 'Code' }, 'authorization_request.response_type'],
    ['an unknown response_mode', { response_mode: 'web_message' }, 'authorization_request.response_mode'],
    ['response_mode fragment that the client did not register (AUT-9)', { response_mode: 'fragment' }, 'authorization_request.response_mode_not_registered'],
    ['a response_mode the client did not register (AUT-9)', { response_mode: 'form_post' }, 'authorization_request.response_mode_not_registered', webClient({ responseModes: ['query'] })],
    ['registration (OIDC Core §7.2.1)', { registration: '{}' }, 'authorization_request.registration'],
    ['a client without the grant', {}, 'authorization_request.grant_type_not_allowed', noGrant],
    ['a state beyond the limit', { state: 's'.repeat(2_049) }, 'authorization_request.state'],
    ['a nonce beyond the limit', { nonce: 'n'.repeat(1_025) }, 'authorization_request.nonce'],
    ['a parameter beyond all limits', { made_up: 'x'.repeat(16 * 1024 + 1) }, 'request.parameter_too_long'],
    ['NUL in a parameter', { nonce: 'a\0b' }, 'request.malformed_parameter'],
    ['prompt none with another', { prompt: 'none login' }, 'authorization_request.prompt'],
    ['an unknown prompt', { prompt: 'create' }, 'authorization_request.prompt'],
    ['prompt in other letters', { prompt: 'None' }, 'authorization_request.prompt'],
    ['prompt with two spaces', { prompt: 'login  consent' }, 'authorization_request.prompt'],
    ['a negative max_age', { max_age: '-1' }, 'authorization_request.max_age'],
    ['a max_age with a fraction', { max_age: '1.5' }, 'authorization_request.max_age'],
    ['a max_age that is no number', { max_age: 'an hour' }, 'authorization_request.max_age'],
    ['a max_age beyond numbers', { max_age: '9'.repeat(16) }, 'authorization_request.max_age'],
    ['too many acr_values', { acr_values: Array.from({ length: 21 }, (_, i) => i).join(' ') }, 'authorization_request.acr_values'],
    ['an id_token_hint that is none of ours (AUT-7)', { id_token_hint: 'eyJ.bad.hint' }, 'authorization_request.id_token_hint'],
    ['claims that are no JSON', { claims: '{"userinfo":' }, 'authorization_request.claims'],
    ['claims that are no object', { claims: '["name"]' }, 'authorization_request.claims'],
    ['claims that are null', { claims: 'null' }, 'authorization_request.claims'],
    ['a claim that is no object', { claims: '{"userinfo":{"name":true}}' }, 'authorization_request.claims'],
    ['an essential that is no boolean', { claims: '{"id_token":{"acr":{"essential":"yes"}}}' }, 'authorization_request.claims'],
    ['values that are no list', { claims: '{"id_token":{"acr":{"values":"1"}}}' }, 'authorization_request.claims'],
    ['claims beyond the limit', { claims: JSON.stringify({ userinfo: { name: { value: 'x'.repeat(8_192) } } }) }, 'authorization_request.claims'],
  ];
  it.each(rows(REFUSED))('MUST be refused: %s', async (_case, overrides, reason, client) => {
    await refuses(overrides, reason, client);
  });

  it('ignores claims without openid: there is no ID token and no userinfo to put them into', async () => {
    await expect(validating({ scope: 'orders.read', claims: 'no JSON', resource: ORDERS.identifier })).resolves.toMatchObject({ claims: { userinfo: {}, id_token: {} } });
  });

  it('drops members of claims that OIDC Core §5.5 does not define', async () => {
    const { claims } = await validating({ claims: '{"userinfo":{"name":{"essential":true,"x":1}},"elsewhere":{}}' });
    expect(claims).toEqual({ userinfo: { name: { essential: true } }, id_token: {} });
  });

  it('lets an outage through: it is no statement about the request', async () => {
    const ports = { ...requestPorts(), hints: { accountOf: () => Promise.reject(new Outage('postgresql', 'away')) } };
    const policy = { arrival: 'direct', requirePushed: false } as const;
    await expect(validateAuthorizationRequest(requestParameters({ id_token_hint: HINT }), webClient(), ports, policy)).rejects.toBeInstanceOf(Outage);
  });
});

describe('COD-5 RFC 7636 §4.3, §4.4.1 the code challenge', () => {
  const publicClient = webClient(needsNoProof, { authenticationMethod: 'none' });
  const fapi = webClient(needsNoProof, { profile: 'fapi2', authenticationMethod: 'private_key_jwt' });
  const REFUSED: Refused[] = [
    ['missing', { code_challenge: '', code_challenge_method: '' }, 'authorization_request.code_challenge_missing'],
    ['missing of a public client, whatever is registered', { code_challenge: '', code_challenge_method: '' }, 'authorization_request.code_challenge_missing', publicClient],
    ['missing of a FAPI client, whatever is registered', { code_challenge: '', code_challenge_method: '' }, 'authorization_request.code_challenge_missing', fapi],
    ['method plain', { code_challenge_method: 'plain' }, 'authorization_request.code_challenge_method'],
    ['no method, which means plain', { code_challenge_method: '' }, 'authorization_request.code_challenge_method'],
    ['a method in other letters', { code_challenge_method: 's256' }, 'authorization_request.code_challenge_method'],
    ['a method of tomorrow', { code_challenge_method: 'S512' }, 'authorization_request.code_challenge_method'],
    ['a method without a challenge', { code_challenge: '' }, 'authorization_request.code_challenge_method'],
    ['a method without a challenge where none is needed', { code_challenge: '' }, 'authorization_request.code_challenge_method', webClient(needsNoProof)],
    ['method plain where none is needed', { code_challenge_method: 'plain' }, 'authorization_request.code_challenge_method', webClient(needsNoProof)],
    ['42 characters', { code_challenge: CHALLENGE.slice(1) }, 'authorization_request.code_challenge'],
    ['44 characters', { code_challenge: `${CHALLENGE}A` }, 'authorization_request.code_challenge'],
    ['characters of no challenge', { code_challenge: `${CHALLENGE.slice(1)}=` }, 'authorization_request.code_challenge'],
  ];
  it.each(rows(REFUSED))('MUST be refused: %s', async (_case, overrides, reason, client) => {
    await refuses(overrides, reason, client);
    expect(new OAuthError(reason).code).toBe('invalid_request');
  });

  it('may be left out by a confidential client that registered so', async () => {
    await expect(validating({ code_challenge: '', code_challenge_method: '' }, webClient(needsNoProof))).resolves.toMatchObject({ codeChallenge: null });
  });

  it('is kept where it is not needed: then the verifier is', async () => {
    await expect(validating({}, webClient(needsNoProof))).resolves.toMatchObject({ codeChallenge: CHALLENGE });
  });
});

describe('RFC 6749 §3.3, GEN-7 the scope of an authorization request', () => {
  const ACCEPTED: [string, Overrides, string[], string[], ClientMetadata?][] = [
    ['each token once, in the order asked', { scope: 'email openid email' }, ['email', 'openid'], []],
    ['what is for nobody, ignored beside openid (OIDC Core §3.1.2.1)', { scope: 'openid made.up' }, ['openid'], []],
    ['a resource\'s, with the resource named', { scope: 'openid orders.read', resource: ORDERS.identifier }, ['openid', 'orders.read'], [ORDERS.identifier]],
    ['a resource\'s, with the default resource', { scope: 'openid orders.read' }, ['openid', 'orders.read'], [ORDERS.identifier]],
    ['those of two resources', { scope: 'stock.read orders.read', resource: [STOCK.identifier, ORDERS.identifier, STOCK.identifier] }, ['stock.read', 'orders.read'], [STOCK.identifier, ORDERS.identifier], both],
    ['identity alone: no resource is added', { scope: 'openid profile' }, ['openid', 'profile'], []],
    ['identity beside a resource', { scope: 'openid', resource: ORDERS.identifier }, ['openid'], [ORDERS.identifier]],
    ['none: what the named resource offers', { scope: '', resource: STOCK.identifier }, ['stock.read'], [STOCK.identifier], both],
    ['none: what the default resource offers, never openid', { scope: '' }, ['orders.read'], [ORDERS.identifier]],
    ['offline_access', { scope: 'openid offline_access' }, ['openid', 'offline_access'], []],
    ['offline_access, ignored without the refresh token grant (OIDC Core §11)', { scope: 'openid offline_access' }, ['openid'], [], webClient({}, { grantTypes: ['authorization_code'] })],
  ];
  it.each(ACCEPTED.map(([title, overrides, scope, resources, client = webClient()]) => [title, overrides, scope, resources, client] as const))('may be %s', async (_case, overrides, scope, resources, client) => {
    await expect(validating(overrides, client, { resources: [ORDERS, STOCK] })).resolves.toMatchObject({ scope, resources });
  });

  const noDefault = webClient({}, { resources: [], defaultResource: null });
  const REFUSED: Refused[] = [
    ['malformed syntax', { scope: 'openid  profile' }, 'scope.malformed'],
    ['a quote', { scope: 'openid "x"' }, 'scope.malformed'],
    ['too many tokens', { scope: Array.from({ length: 101 }, (_, i) => `s${i}`).join(' ') }, 'scope.malformed'],
    ['an identity scope that is not registered', { scope: 'openid phone' }, 'scope.not_registered'],
    ['openid that is not registered', { scope: 'openid' }, 'scope.not_registered', webClient({}, { scope: ['orders.read'] })],
    ['a scope of its resource that is not registered', { scope: 'openid orders.write' }, 'scope.not_registered'],
    ['an unknown scope in plain OAuth', { scope: 'orders.read made.up' }, 'scope.not_registered'],
    ['a scope of another resource than the named', { scope: 'openid stock.read', resource: ORDERS.identifier }, 'scope.not_of_resource', both],
    ['a scope of a resource, none named and no default', { scope: 'openid stock.read' }, 'resource.missing', both],
    ['none, and nothing it could mean', { scope: '' }, 'authorization_request.scope_missing', noDefault],
  ];
  it.each(rows(REFUSED))('MUST be refused: %s', async (_case, overrides, reason, client) => {
    await refuses(overrides, reason, client);
  });
});

describe('RFC 8707 §2 the resources of an authorization request', () => {
  const REFUSED: Refused[] = [
    ['no absolute URI', { resource: '/orders' }, 'resource.malformed'],
    ['a URI with a fragment', { resource: `${ORDERS.identifier}#x` }, 'resource.malformed'],
    ['nobody\'s', { resource: 'https://nobody.example.com' }, 'resource.unknown'],
    ['one the client may not ask for', { resource: STOCK.identifier }, 'resource.not_allowed'],
    ['one of two that the client may not ask for', { resource: [ORDERS.identifier, STOCK.identifier] }, 'resource.not_allowed'],
  ];
  it.each(rows(REFUSED))('MUST be refused with invalid_target: %s', async (_case, overrides, reason, client) => {
    await refuses(overrides, reason, client);
    expect(new OAuthError(reason).code).toBe('invalid_target');
  });

  it('MUST be enabled', async () => {
    const off = validating({ resource: ORDERS.identifier }, webClient(), { resources: [resource({ enabled: false })] });
    await expect(off).rejects.toMatchObject({ refusal: new OAuthError('resource.unknown') });
  });
});

describe('RFC 9126 §5, §6 requests that have to be pushed', () => {
  const required = webClient({ requirePushedAuthorizationRequests: true });
  it.each([
    ['of this client', required, false],
    ['of every client', webClient(), true],
  ])('MUST be refused when they come directly: %s', async (_case, client, requirePushed) => {
    const direct = validating({}, client, { policy: { requirePushed } });
    await expect(direct).rejects.toMatchObject({ refusal: new OAuthError('authorization_request.pushed_request_required') });
    await expect(validating({}, client, { policy: { requirePushed, arrival: 'pushed' } })).resolves.toEqual(authorizationRequest());
  });
});

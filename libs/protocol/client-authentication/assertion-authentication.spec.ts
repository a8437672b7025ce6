import { OAuthError, Outage, REASONS, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata, ClientProfile } from '../client/index.js';
import { client } from '../client/testing.js';
import { form } from '../form-parameters/testing.js';
import { authenticateClient, clientAuthenticationPolicy, type ClientAuthenticationPorts } from './index.js';
import { JWT_BEARER_ASSERTION_TYPE } from './presented-credentials.js';
import {
  assertionClaims,
  assertionKey,
  authenticated,
  authenticationPorts,
  NOW,
  POLICY,
  rsaAssertionKey,
  signed,
} from './testing.js';

const ID = 's6BhdRkqt3';
const KEY = assertionKey('k1');
const OTHER = assertionKey('k2');
const RSA = rsaAssertionKey('r1');
const MAC_SECRET = 'a-secret-of-at-least-256-bits-for-a-mac-to-use';
const PAR = 'https://as.example.com/par';

const byKey = (overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}) =>
  client({ authenticationMethod: 'private_key_jwt', assertionAlgorithm: 'ES256', keys: [KEY.jwk], ...overrides });
const byMac = (overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}) =>
  client({ authenticationMethod: 'client_secret_jwt', assertionAlgorithm: 'HS256', sealedSecrets: [`sealed:${MAC_SECRET}`], ...overrides });

function authenticate(ports: ClientAuthenticationPorts, assertion: string, fields: Record<string, string> = {}, url = POLICY.tokenEndpoint) {
  const parameters = form({ client_assertion_type: JWT_BEARER_ASSERTION_TYPE, client_assertion: assertion, ...fields });
  return authenticateClient({ authorization: [] }, parameters, ports, { ...POLICY, endpoint: url });
}

describe('CLI-4, CLI-6, RFC 7523 §3 a client assertion', () => {
  it('authenticates with private_key_jwt', async () => {
    const ports = authenticationPorts([byKey()]);
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID)))).resolves.toMatchObject({ client: { clientId: ID } });
  });

  it('authenticates with RS256 when that is registered', async () => {
    const ports = authenticationPorts([byKey({ assertionAlgorithm: 'RS256', keys: [RSA.jwk, KEY.jwk] })]);
    await expect(authenticate(ports, signed(RSA, assertionClaims(ID), { alg: 'RS256' }))).resolves.toMatchObject({ client: { clientId: ID } });
  });

  it('authenticates by one of two secrets while the other cannot be opened yet, and refuses nobody for want of it (I7)', async () => {
    const away = new Outage('key-lease', 'the key is not on loan yet');
    const open = (sealed: string) => (sealed === 'later' ? Promise.reject(away) : Promise.resolve(sealed.slice('sealed:'.length)));
    const ports = { ...authenticationPorts([byMac({ sealedSecrets: ['later', `sealed:${MAC_SECRET}`] })]), secrets: { open } };
    const by = (secret: string) => authenticated(secret, assertionClaims(ID));
    await expect(authenticate(ports, by('n'.repeat(43)))).rejects.toBe(away);
    await expect(authenticate(ports, by(MAC_SECRET))).resolves.toMatchObject({ client: { clientId: ID } });
  });

  it.each([['newer', 'n'.repeat(43)], ['older', MAC_SECRET]])('authenticates with client_secret_jwt by the %s of two secrets', async (_case, secret) => {
    const ports = authenticationPorts([byMac({ sealedSecrets: [`sealed:${'n'.repeat(43)}`, `sealed:${MAC_SECRET}`] })]);
    await expect(authenticate(ports, authenticated(secret, assertionClaims(ID)))).resolves.toMatchObject({ client: { clientId: ID } });
  });

  it('may come with the same client_id (RFC 7521 §4.2)', async () => {
    await expect(authenticate(authenticationPorts([byKey()]), signed(KEY, assertionClaims(ID)), { client_id: ID })).resolves.toBeDefined();
  });

  it.each([
    ['exp with a fraction', { exp: NOW + 60.5 }],
    ['exp 5 minutes ahead', { exp: NOW + 300 }],
    ['iat and nbf 10 s ahead', { iat: NOW + 10, nbf: NOW + 10 }],
    ['an old iat', { iat: NOW - 3600 }],
    ['no iat', { iat: undefined }],
    ['a jti of 256 characters', { jti: 'j'.repeat(256) }],
  ])('accepts %s', async (_case, claims) => {
    await expect(authenticate(authenticationPorts([byKey()]), signed(KEY, assertionClaims(ID, claims)))).resolves.toBeDefined();
  });

  it.each([
    ['no typ', {}],
    ['JWT', { typ: 'JWT' }],
    ['its own type', { typ: 'client-authentication+jwt' }],
    ['its own type in full', { typ: 'application/client-authentication+jwt' }],
    ['no kid when the set has one key', { kid: undefined }],
    ['keys it brings along, which are ignored (CLI-5)', { jwk: OTHER.jwk, jku: 'https://evil.example', x5u: 'https://evil.example', x5c: ['x'] }],
  ])('accepts a header with %s', async (_case, header) => {
    await expect(authenticate(authenticationPorts([byKey()]), signed(KEY, assertionClaims(ID), header))).resolves.toBeDefined();
  });

  const CLAIMS: [string, Record<string, unknown>, ReasonId][] = [
    ['no iss', { iss: undefined }, 'client_authentication.assertion_issuer'],
    ['the iss of another', { iss: 'other' }, 'client_authentication.assertion_issuer'],
    ['no sub', { sub: undefined }, 'client_authentication.assertion_subject'],
    ['a sub that is no string', { sub: [ID] }, 'client_authentication.assertion_subject'],
    ['the sub of nobody', { sub: 'nobody' }, 'client_authentication.unknown_client'],
    ['no aud', { aud: undefined }, 'client_authentication.assertion_audience'],
    ['the aud of another server', { aud: 'https://other.example.com' }, 'client_authentication.assertion_audience'],
    ['an aud with a trailing slash', { aud: `${POLICY.issuer}/` }, 'client_authentication.assertion_audience'],
    ['an empty aud', { aud: [] }, 'client_authentication.assertion_audience'],
    ['an aud that also names another server', { aud: [POLICY.issuer, 'https://other.example.com'] }, 'client_authentication.assertion_audience'],
    ['an aud that is no string', { aud: { 0: POLICY.issuer } }, 'client_authentication.assertion_audience'],
    ['no exp', { exp: undefined }, 'client_authentication.assertion_expired'],
    ['an exp that is no number', { exp: String(NOW + 60) }, 'client_authentication.assertion_expired'],
    ['an exp that is now', { exp: NOW }, 'client_authentication.assertion_expired'],
    ['an exp 5 minutes ago', { exp: NOW - 300 }, 'client_authentication.assertion_expired'],
    ['an exp too far ahead', { exp: NOW + 301 }, 'client_authentication.assertion_lifetime'],
    ['an exp that never comes', { exp: 1e300 }, 'client_authentication.assertion_lifetime'],
    ['an nbf too far ahead', { nbf: NOW + 11 }, 'client_authentication.assertion_not_yet_valid'],
    ['an iat too far ahead', { iat: NOW + 11 }, 'client_authentication.assertion_not_yet_valid'],
    ['an nbf that is no number', { nbf: 'now' }, 'client_authentication.assertion_not_yet_valid'],
    ['no jti', { jti: undefined }, 'client_authentication.assertion_jti'],
    ['an empty jti', { jti: '' }, 'client_authentication.assertion_jti'],
    ['a jti that is no string', { jti: 7 }, 'client_authentication.assertion_jti'],
    ['too long a jti', { jti: 'j'.repeat(257) }, 'client_authentication.assertion_jti'],
  ];
  it.each(CLAIMS)('CLI-6 MUST be refused with %s', async (_case, claims, reason) => {
    const ports = authenticationPorts([byKey()]);
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, claims)))).rejects.toEqual(new OAuthError(reason));
    expect(ports.replay.size).toBe(0);
  });

  const HEADERS: [string, Record<string, unknown>, ReasonId][] = [
    ['alg none', { alg: 'none' }, 'client_authentication.assertion_algorithm'],
    ['no alg', { alg: undefined }, 'client_authentication.assertion_algorithm'],
    ['another asymmetric algorithm', { alg: 'RS256' }, 'client_authentication.assertion_algorithm'],
    ['a symmetric algorithm', { alg: 'HS256' }, 'client_authentication.assertion_algorithm'],
    ['the algorithm in other letters', { alg: 'es256' }, 'client_authentication.assertion_algorithm'],
    ['an unknown kid', { kid: 'k9' }, 'client_authentication.assertion_key'],
    ['a kid that is no string', { kid: 1 }, 'client_authentication.assertion_header'],
    ['an empty kid', { kid: '' }, 'client_authentication.assertion_header'],
    ['too long a kid', { kid: 'k'.repeat(257) }, 'client_authentication.assertion_header'],
    ['crit (RFC 7515 §4.1.11)', { crit: ['exp'], exp: NOW + 60 }, 'client_authentication.assertion_header'],
    ['b64 in crit (RFC 7797)', { crit: ['b64'], b64: false }, 'client_authentication.assertion_header'],
    ['zip (EDG-5)', { zip: 'DEF' }, 'client_authentication.assertion_header'],
    ['the type of an access token (RFC 8725 §3.11)', { typ: 'at+jwt' }, 'client_authentication.assertion_header'],
    ['the type of a DPoP proof', { typ: 'dpop+jwt' }, 'client_authentication.assertion_header'],
    ['a typ that is no string', { typ: 1 }, 'client_authentication.assertion_header'],
  ];
  it.each(HEADERS)('CLI-4, CLI-5 MUST be refused with %s in its header', async (_case, header, reason) => {
    const ports = authenticationPorts([byKey()]);
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID), header))).rejects.toEqual(new OAuthError(reason));
    expect(ports.replay.size).toBe(0);
  });

  const REST: [string, ClientMetadata, string, Record<string, string>, ReasonId][] = [
    ['is no JWS', byKey(), 'abc', {}, 'client_authentication.malformed_assertion'],
    ['is signed by another key', byKey(), signed({ ...OTHER, jwk: KEY.jwk }, assertionClaims(ID)), {}, 'client_authentication.assertion_signature'],
    ['was changed after signing', byKey(), `${signed(KEY, assertionClaims(ID)).slice(0, -8)}AAAAAAAA`, {}, 'client_authentication.assertion_signature'],
    ['has no kid and leaves a choice', byKey({ keys: [KEY.jwk, OTHER.jwk] }), signed(KEY, assertionClaims(ID), { kid: undefined }), {}, 'client_authentication.assertion_key'],
    ['has a kid the set holds twice', byKey({ keys: [KEY.jwk, { ...OTHER.jwk, kid: 'k1' }] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['names a key for encryption', byKey({ keys: [{ ...KEY.jwk, use: 'enc' }] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['names a key for another algorithm', byKey({ keys: [{ ...KEY.jwk, alg: 'ES384' }] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['names a key of another type', byKey({ keys: [{ ...RSA.jwk, kid: 'k1' }] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['names a key of another curve', byKey({ keys: [{ ...KEY.jwk, crv: 'P-384' }] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['is of a client without keys', byKey({ keys: [] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_key'],
    ['comes with the client_id of another', byKey(), signed(KEY, assertionClaims(ID)), { client_id: 'other' }, 'client_authentication.client_id_mismatch'],
    ['is of a disabled client', byKey({ enabled: false }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.disabled_client'],
    ['is of a client that registered a secret', client(), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.method_not_registered'],
    ['is of a public client', client({ authenticationMethod: 'none' }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.method_not_registered'],
    ['has a MAC by another secret', byMac(), authenticated('x'.repeat(43), assertionClaims(ID)), {}, 'client_authentication.assertion_signature'],
    ['has a MAC by another algorithm', byMac(), authenticated(MAC_SECRET, assertionClaims(ID), { alg: 'HS512' }), {}, 'client_authentication.assertion_algorithm'],
    ['has a MAC of a client whose secret cannot be opened', byMac({ sealedSecrets: ['lost'] }), authenticated('', assertionClaims(ID)), {}, 'client_authentication.assertion_signature'],
    ['has a MAC of a client without sealed secrets', byMac({ sealedSecrets: [] }), authenticated('', assertionClaims(ID)), {}, 'client_authentication.assertion_signature'],
    [
      'has a MAC by the public key (RFC 8725 §2.1)',
      byKey({ assertionAlgorithm: 'HS256' }),
      authenticated(JSON.stringify(KEY.jwk), assertionClaims(ID), { kid: 'k1' }),
      {},
      'client_authentication.assertion_key',
    ],
    ['is signed where a MAC is registered', byMac({ keys: [KEY.jwk] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_algorithm'],
    ['is signed, and so registered, by a client of client_secret_jwt', byMac({ assertionAlgorithm: 'ES256', keys: [KEY.jwk] }), signed(KEY, assertionClaims(ID)), {}, 'client_authentication.assertion_signature'],
  ];
  it.each(REST)('CLI-4, CLI-5 MUST be refused when it %s', async (_case, registered, assertion, fields, reason) => {
    const ports = authenticationPorts([registered]);
    await expect(authenticate(ports, assertion, fields)).rejects.toEqual(new OAuthError(reason));
    expect(ports.replay.size).toBe(0);
  });

  it('CLI-2 has one answer for all of them', () => {
    const reasons = [...CLAIMS, ...HEADERS, ...REST].map((row) => REASONS[row.at(-1) as ReasonId]);
    expect(new Set(reasons.map(({ code, description }) => `${code} ${description}`))).toEqual(new Set(['invalid_client client authentication failed']));
  });
});

describe('RFC 7523 §3 item 3 the audience, by profile', () => {
  const ACCEPTED: [ClientProfile, string, unknown, string][] = [
    ['openid', 'the issuer', POLICY.issuer, POLICY.tokenEndpoint],
    ['openid', 'the token endpoint', POLICY.tokenEndpoint, POLICY.tokenEndpoint],
    ['openid', 'the token endpoint elsewhere', POLICY.tokenEndpoint, PAR],
    ['openid', 'the endpoint called', PAR, PAR],
    ['openid', 'an array of one', [POLICY.issuer], PAR],
    ['openid', 'an array of our names', [POLICY.issuer, POLICY.tokenEndpoint, PAR], PAR],
    ['fapi1-advanced', 'the issuer', POLICY.issuer, PAR],
    ['fapi1-advanced', 'the token endpoint', POLICY.tokenEndpoint, PAR],
    ['fapi1-advanced', 'the endpoint called', PAR, PAR],
    ['fapi1-advanced', 'an array', [POLICY.tokenEndpoint, PAR], PAR],
    ['fapi2', 'the issuer', POLICY.issuer, PAR],
    ['fapi-ciba', 'the issuer', POLICY.issuer, POLICY.tokenEndpoint],
  ];
  it.each(ACCEPTED)('%s accepts %s', async (profile, _case, aud, url) => {
    const ports = authenticationPorts([byKey({ profile })]);
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, { aud })), {}, url)).resolves.toBeDefined();
  });

  const REFUSED: [ClientProfile, string, unknown, string][] = [
    ['openid', 'an endpoint that was not called', PAR, POLICY.tokenEndpoint],
    ['openid', 'an array that names another server', [POLICY.issuer, 'https://other.example.com'], POLICY.tokenEndpoint],
    ['fapi1-advanced', 'an array that names another server', [POLICY.issuer, 'https://other.example.com'], POLICY.tokenEndpoint],
    ['fapi2', 'the issuer in an array', [POLICY.issuer], PAR],
    ['fapi2', 'the token endpoint', POLICY.tokenEndpoint, POLICY.tokenEndpoint],
    ['fapi2', 'the endpoint called', PAR, PAR],
    ['fapi-ciba', 'the issuer in an array', [POLICY.issuer], PAR],
    ['fapi-ciba', 'the token endpoint', POLICY.tokenEndpoint, POLICY.tokenEndpoint],
    ['fapi-ciba', 'the endpoint called', PAR, PAR],
  ];
  it.each(REFUSED)('%s MUST refuse %s', async (profile, _case, aud, url) => {
    const ports = authenticationPorts([byKey({ profile })]);
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, { aud })), {}, url)).rejects.toEqual(
      new OAuthError('client_authentication.assertion_audience'),
    );
  });
});

describe('KEY-1 what an assertion may call an endpoint follows from the issuer', () => {
  it('is the URL of the metadata, at each endpoint its own', () => {
    const names = { issuer: 'https://as.example.com/t', tokenEndpoint: 'https://as.example.com/t/token' };
    expect(clientAuthenticationPolicy(names.issuer, 'token')).toEqual({ ...names, endpoint: names.tokenEndpoint });
    expect(clientAuthenticationPolicy(names.issuer, 'introspection')).toEqual({ ...names, endpoint: 'https://as.example.com/t/introspect' });
    expect(clientAuthenticationPolicy(names.issuer, 'revocation')).toEqual({ ...names, endpoint: 'https://as.example.com/t/revoke' });
  });

  it('MUST not be what the request says about itself', async () => {
    const elsewhere = 'https://evil.example/token';
    const request = { authorization: [], url: elsewhere };
    const parameters = form({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signed(KEY, assertionClaims(ID, { aud: elsewhere })),
    });
    await expect(authenticateClient(request, parameters, authenticationPorts([byKey()]), POLICY)).rejects.toEqual(
      new OAuthError('client_authentication.assertion_audience'),
    );
  });
});

describe('CLI-7, RFC 7523 §3 item 7 an assertion is used once', () => {
  it('MUST be refused the second time, at another endpoint too', async () => {
    const ports = authenticationPorts([byKey()]);
    const assertion = signed(KEY, assertionClaims(ID));
    await authenticate(ports, assertion);
    await expect(authenticate(ports, assertion)).rejects.toEqual(new OAuthError('client_authentication.assertion_replayed'));
    await expect(authenticate(ports, assertion, {}, PAR)).rejects.toEqual(new OAuthError('client_authentication.assertion_replayed'));
  });

  it('MUST have one winner among 40 in parallel', async () => {
    const ports = authenticationPorts([byKey()]);
    const assertion = signed(KEY, assertionClaims(ID));
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => authenticate(ports, assertion)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('leaves the same jti to another client', async () => {
    const ports = authenticationPorts([byKey(), byKey({ clientId: 'other' })]);
    await authenticate(ports, signed(KEY, assertionClaims(ID)));
    await expect(authenticate(ports, signed(KEY, assertionClaims('other')))).resolves.toBeDefined();
  });

  it('remembers until no clock of ours would accept it', async () => {
    const until: number[] = [];
    const replay = { spend: (_digest: Uint8Array, expiresAt: number) => Promise.resolve(until.push(expiresAt) > 0 ? ('spent' as const) : ('replayed' as const)) };
    await authenticate({ ...authenticationPorts([byKey()]), replay }, signed(KEY, assertionClaims(ID, { exp: NOW + 60.5 })));
    expect(until).toEqual([NOW + 61 + 10]);
  });

  it('MUST refuse what has expired by the clock of the ledger as expired, and not as replayed', async () => {
    const ports = authenticationPorts([byKey()]);
    ports.replay.aheadSeconds = 72;
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, { exp: NOW + 60 })))).rejects.toEqual(
      new OAuthError('client_authentication.assertion_expired'),
    );
    ports.replay.aheadSeconds = 71;
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, { exp: NOW + 60 })))).resolves.toMatchObject({ client: { clientId: ID } });
  });

  it('MUST not decide by a clock that is minutes ahead of the ledger (I7)', async () => {
    const ports = authenticationPorts([byKey()]);
    ports.replay.aheadSeconds = -550;
    await expect(authenticate(ports, signed(KEY, assertionClaims(ID, { exp: NOW + 60 })))).rejects.toMatchObject({ name: 'Outage', dependency: 'clock' });
    expect(ports.replay.size).toBe(0);
  });

  it('fails closed when the ledger is away (CLI-7)', async () => {
    const replay = { spend: () => Promise.reject(new Outage('postgresql', 'away')) };
    await expect(authenticate({ ...authenticationPorts([byKey()]), replay }, signed(KEY, assertionClaims(ID)))).rejects.toBeInstanceOf(Outage);
  });
});

describe('OIDC Core §10.1.1 a client rolls its key over', () => {
  const uri = byKey({ jwksUri: 'https://client.example.com/jwks' });
  const rolled = { onRefresh: (_id: string, replace: (client: ClientMetadata) => void) => replace({ ...uri, keys: [KEY.jwk, OTHER.jwk] }) };

  it('SHOULD have its key set fetched again for an unknown kid', async () => {
    const ports = authenticationPorts([uri], rolled);
    await expect(authenticate(ports, signed(OTHER, assertionClaims(ID)))).resolves.toBeDefined();
    expect(ports.refreshed).toEqual([ID]);
  });

  it('is not asked when the kid is known, even when the signature is wrong', async () => {
    const ports = authenticationPorts([uri], rolled);
    await expect(authenticate(ports, signed({ ...OTHER, jwk: KEY.jwk }, assertionClaims(ID)))).rejects.toEqual(
      new OAuthError('client_authentication.assertion_signature'),
    );
    expect(ports.refreshed).toEqual([]);
  });

  it('is asked once only', async () => {
    const ports = authenticationPorts([uri]);
    await expect(authenticate(ports, signed(OTHER, assertionClaims(ID)))).rejects.toEqual(new OAuthError('client_authentication.assertion_key'));
    expect(ports.refreshed).toEqual([ID]);
  });

  it('is not asked when its keys are registered by value', async () => {
    const ports = authenticationPorts([byKey()], rolled);
    await expect(authenticate(ports, signed(OTHER, assertionClaims(ID)))).rejects.toEqual(new OAuthError('client_authentication.assertion_key'));
    expect(ports.refreshed).toEqual([]);
  });

  it('is not asked for an assertion whose claims are wrong', async () => {
    const ports = authenticationPorts([uri], rolled);
    await expect(authenticate(ports, signed(OTHER, assertionClaims(ID, { aud: 'https://other.example.com' })))).rejects.toBeInstanceOf(OAuthError);
    expect(ports.refreshed).toEqual([]);
  });

  it('MUST be refused when it was disabled meanwhile', async () => {
    const ports = authenticationPorts([uri], { onRefresh: (_id, replace) => replace({ ...uri, enabled: false, keys: [OTHER.jwk] }) });
    await expect(authenticate(ports, signed(OTHER, assertionClaims(ID)))).rejects.toEqual(
      new OAuthError('client_authentication.disabled_client'),
    );
  });

  it('lets an outage of whoever fetches through', async () => {
    const keySets = { refresh: () => Promise.reject(new Outage('authorization', 'away')) };
    await expect(authenticate({ ...authenticationPorts([uri]), keySets }, signed(OTHER, assertionClaims(ID)))).rejects.toBeInstanceOf(Outage);
  });
});

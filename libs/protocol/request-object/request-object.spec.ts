import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata, PublicJwk } from '../client/index.js';
import { webClient } from '../client/testing.js';
import { NOW, testSignatures } from '../client-authentication/testing.js';
import { readRequestObject, verifyRequestObject } from './index.js';
import { ISSUER, requestObjectPorts } from './testing.js';
import { freshKeyPairSync } from '../../jose/src/key-pair/index.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const pair = (kid: string, keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }) => ({
  privateKey: keys.privateKey,
  jwk: { ...keys.publicKey.export({ format: 'jwk' }), kid } as PublicJwk,
});
const EC = pair('ec', freshKeyPairSync('ec', { namedCurve: 'P-256' }));
const RSA = pair('rsa', freshKeyPairSync('rsa', { modulusLength: 2048 }));
const ED = pair('ed', freshKeyPairSync('ed25519'));
const FOREIGN = pair('ec', freshKeyPairSync('ec', { namedCurve: 'P-256' }));
const KEYS = [EC.jwk, RSA.jwk, ED.jwk];

/** RSASSA-PSS with a salt as long as the hash (RFC 7518 §3.5), ECDSA as two integers (§3.4). */
const options = (algorithm: string) => (algorithm === 'PS256' ? { padding: 6, saltLength: 32 } : { dsaEncoding: 'ieee-p1363' as const });
const hashOf = (algorithm: string) => (algorithm === 'EdDSA' ? null : 'sha256');

type Claims = Readonly<Record<string, unknown>>;
/** A good object of the client; a member set to undefined is left out. */
const CLAIMS = { iss: 's6BhdRkqt3', aud: ISSUER, exp: NOW + 300, nbf: NOW, client_id: 's6BhdRkqt3', response_type: 'code', scope: 'openid' };

function signed(claims: Claims = CLAIMS, key = EC, algorithm = 'ES256', header: Claims = {}): string {
  const input = `${encoded({ alg: algorithm, kid: key.jwk.kid, typ: 'oauth-authz-req+jwt', ...header })}.${encoded(claims)}`;
  return `${input}.${sign(hashOf(algorithm), Buffer.from(input), { key: key.privateKey, ...options(algorithm) }).toString('base64url')}`;
}
const unsigned = (claims: Claims = CLAIMS) => `${encoded({ alg: 'none' })}.${encoded(claims)}.`;

function ports(client: ClientMetadata, onRefresh?: (clientId: string) => ClientMetadata | null) {
  const verifySignature = (compact: string, key: PublicJwk, algorithm: string) => {
    const dot = compact.lastIndexOf('.');
    const publicKey = createPublicKey({ key: key as never, format: 'jwk' });
    return verify(hashOf(algorithm), Buffer.from(compact.slice(0, dot)), { key: publicKey, ...options(algorithm) }, Buffer.from(compact.slice(dot + 1), 'base64url'));
  };
  return { ...requestObjectPorts([client], onRefresh), signatures: { decode: testSignatures.decode, verifySignature } };
}
const web = (registration = {}, overrides = {}) => webClient(registration, { keys: KEYS, ...overrides });
const fapi = (profile = 'fapi2', registration = {}) => web(registration, { profile, authenticationMethod: 'private_key_jwt' });

async function open(compact: string, client = web(), at = ports(client)) {
  const object = readRequestObject(compact, at.signatures.decode);
  await verifyRequestObject(object, client, at);
  return object.parameters;
}
const refused = (reason: ReasonId) => new OAuthError(reason);

describe('RFC 9101 §6.2, OIDC Core §6.1 signatures of request objects', () => {
  it.each([
    ['RS256', RSA],
    ['PS256', RSA],
    ['ES256', EC],
    ['EdDSA', ED],
  ])('PAR-6 %s is accepted where the client registered it, and where it registered none', async (algorithm, key) => {
    const compact = signed(CLAIMS, key, algorithm);
    await expect(open(compact, web({ requestObjectSigningAlgorithm: algorithm }))).resolves.toContainEqual(['scope', 'openid']);
    await expect(open(compact)).resolves.toContainEqual(['scope', 'openid']);
  });

  it('RFC 9864 §2.2 EdDSA may be called Ed25519', async () => {
    const compact = signed(CLAIMS, ED, 'EdDSA', { alg: 'Ed25519' });
    await expect(open(compact, web({ requestObjectSigningAlgorithm: 'EdDSA' }))).resolves.toContainEqual(['scope', 'openid']);
  });

  const REFUSED: [string, string, ReasonId, ClientMetadata?][] = [
    ['another algorithm than the registered one', signed(CLAIMS, EC, 'ES256'), 'request_object.algorithm', web({ requestObjectSigningAlgorithm: 'RS256' })],
    ['alg none of an OpenID client: request_not_supported', unsigned(), 'request_object.unsigned_not_supported'],
    ['alg none of a client that registered an algorithm', unsigned(), 'request_object.algorithm', web({ requestObjectSigningAlgorithm: 'ES256' })],
    ['alg none of a client that has to sign', unsigned(), 'request_object.algorithm', web({ requireSignedRequestObject: true })],
    ['alg none of a FAPI client', unsigned(), 'request_object.algorithm', fapi()],
    ['alg None', `${encoded({ alg: 'None' })}.${encoded(CLAIMS)}.`, 'request_object.algorithm'],
    ['a MAC', `${encoded({ alg: 'HS256' })}.${encoded(CLAIMS)}.AAAA`, 'request_object.algorithm'],
    ['RS256 of a FAPI 2 client', signed(CLAIMS, RSA, 'RS256'), 'request_object.algorithm', fapi()],
    ['RS256 of a FAPI 1 client', signed(CLAIMS, RSA, 'RS256'), 'request_object.algorithm', fapi('fapi1-advanced')],
    ['EdDSA of a FAPI 1 client', signed(CLAIMS, ED, 'EdDSA'), 'request_object.algorithm', fapi('fapi1-advanced')],
    ['a foreign key with a kid of ours', signed(CLAIMS, FOREIGN), 'request_object.signature'],
    ['a kid the client does not have', signed(CLAIMS, EC, 'ES256', { kid: 'other' }), 'request_object.key'],
    ['no key for the algorithm', signed(CLAIMS, EC), 'request_object.key', web({}, { keys: [RSA.jwk] })],
    ['a key that is for another algorithm', signed(CLAIMS, RSA, 'RS256'), 'request_object.key', web({}, { keys: [{ ...RSA.jwk, alg: 'PS256' }] })],
    ['a key for encryption', signed(CLAIMS, EC), 'request_object.key', web({}, { keys: [{ ...EC.jwk, use: 'enc' }] })],
    ['no kid where two keys would do', signed(CLAIMS, EC, 'ES256', { kid: undefined }), 'request_object.key', web({}, { keys: [EC.jwk, { ...FOREIGN.jwk, kid: '2' }] })],
    ['a damaged signature', `${signed().slice(0, -8)}AAAAAAAA`, 'request_object.signature'],
    ['a damaged payload', signed().replace(encoded(CLAIMS), encoded({ ...CLAIMS, scope: 'openid email' })), 'request_object.signature'],
  ];
  it.each(REFUSED.map(([title, compact, reason, client = web()]) => [title, compact, reason, client] as const))('MUST be refused: %s', async (_case, compact, reason, client) => {
    await expect(open(compact, client)).rejects.toEqual(refused(reason));
  });

  it('OIDC Core §3.1.2.6 what is wrong with an object is invalid_request_object, and nothing else but for unsigned ones of OpenID clients', () => {
    const codes = new Set(REFUSED.filter(([, , reason]) => reason !== 'request_object.unsigned_not_supported').map(([, , reason]) => refused(reason).code));
    expect([...codes]).toEqual(['invalid_request_object']);
    expect(refused('request_object.unsigned_not_supported').code).toBe('request_not_supported');
  });
});

describe('OIDC Core §10.1.1 a key the client has rolled over to', () => {
  const behind = web({}, { jwksUri: 'https://client.example.org/jwks', keys: [RSA.jwk] });

  it('is looked for once more where the keys stand behind a jwks_uri', async () => {
    const at = ports(behind, () => web({}, { keys: KEYS }));
    await expect(open(signed(), behind, at)).resolves.toContainEqual(['scope', 'openid']);
    expect(at.refreshed).toEqual(['s6BhdRkqt3']);
  });

  it.each([
    ['it is not there either', () => behind],
    ['the client was disabled meanwhile', () => web({}, { keys: KEYS, enabled: false })],
  ])('is refused when %s', async (_case, onRefresh) => {
    await expect(open(signed(), behind, ports(behind, onRefresh))).rejects.toEqual(refused('request_object.key'));
  });

  it('CLI-7 an outage is no statement about the object', async () => {
    const away = { ...ports(behind), keySets: { refresh: () => Promise.reject(new Outage('authorization', 'away')) } };
    await expect(open(signed(), behind, away)).rejects.toBeInstanceOf(Outage);
  });

  it('is not looked for where the keys are registered by value', async () => {
    const at = ports(web());
    await expect(open(signed(CLAIMS, EC, 'ES256', { kid: 'x' }), web(), at)).rejects.toEqual(refused('request_object.key'));
    expect(at.refreshed).toEqual([]);
  });
});

describe('RFC 9101 §4, §10.8, RFC 8725 §3.11 the header of a request object', () => {
  it.each([['oauth-authz-req+jwt'], ['OAuth-Authz-Req+JWT'], ['application/oauth-authz-req+jwt'], ['JWT'], [undefined]])('typ %s is accepted', async (typ) => {
    await expect(open(signed(CLAIMS, EC, 'ES256', { typ }))).resolves.toContainEqual(['scope', 'openid']);
  });

  it.each([
    ['the typ of a client assertion', { typ: 'client-authentication+jwt' }],
    ['the typ of an access token', { typ: 'at+jwt' }],
    ['the typ of a logout token', { typ: 'logout+jwt' }],
    ['a typ that is no text', { typ: 1 }],
    ['crit', { crit: ['b64'], b64: false }],
    ['zip', { zip: 'DEF' }],
    ['a kid of 257 characters', { kid: 'k'.repeat(257) }],
    ['an empty kid', { kid: '' }],
    ['a kid that is no text', { kid: 7 }],
    ['an alg that is no text', { alg: 5 }],
  ])('MUST be refused: %s', async (_case, header) => {
    const [, payload, signature] = signed().split('.');
    const head = encoded({ alg: 'ES256', kid: 'ec', ...header });
    await expect(open(`${head}.${payload}.${signature}`)).rejects.toEqual(refused('request_object.header'));
  });

  it('CLI-5 jku, x5u, jwk and x5c are ignored', async () => {
    const header = { jku: 'https://evil.example/jwks', jwk: FOREIGN.jwk, x5u: 'https://evil.example/x', x5c: ['AA'] };
    await expect(open(signed(CLAIMS, EC, 'ES256', header))).resolves.toContainEqual(['scope', 'openid']);
    await expect(open(signed(CLAIMS, FOREIGN, 'ES256', header))).rejects.toEqual(refused('request_object.signature'));
  });

  it.each([['no JWS', 'e30'], ['encrypted (RFC 9101 §6.1)', 'a.b.c.d.e'], ['JSON', '{}']])('is malformed: %s', async (_case, compact) => {
    await expect(open(compact)).rejects.toEqual(refused('request_object.malformed'));
  });
});

describe('RFC 9101 §4, §6.3, PAR-6 the claims of a request object', () => {
  const GOOD: [string, Claims, ClientMetadata?][] = [
    ['aud as a list with the issuer', { aud: ['https://other.example.com', ISSUER] }, fapi()],
    ['nbf 8 seconds ahead', { nbf: NOW + 8 }, fapi()],
    ['exp 60 minutes after nbf', { exp: NOW + 3_600 }, fapi()],
    ['a jti', { jti: 'x'.repeat(256) }, fapi()],
    ['another sub', { sub: 'usr_1' }],
    ['profile openid: none of iss, aud, exp, nbf, client_id', { iss: undefined, aud: undefined, exp: undefined, nbf: undefined, client_id: undefined }],
  ];
  it.each(GOOD.map(([title, claims, client = web()]) => [title, claims, client] as const))('may be: %s', async (_case, claims, client) => {
    await expect(open(signed({ ...CLAIMS, ...claims }), client)).resolves.toContainEqual(['scope', 'openid']);
  });

  const REFUSED: [string, Claims, ReasonId, ClientMetadata?][] = [
    ['request inside', { request: 'e30' }, 'request_object.nested'],
    ['request_uri inside', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }, 'request_object.nested'],
    ['an empty request_uri inside', { request_uri: null }, 'request_object.nested'],
    ['another client_id', { client_id: 'other' }, 'request_object.client_id'],
    ['a client_id that is no text', { client_id: ['s6BhdRkqt3'] }, 'request_object.client_id'],
    ['sub = client_id: a client assertion', { sub: 's6BhdRkqt3' }, 'request_object.subject'],
    ['another iss', { iss: 'other' }, 'request_object.issuer'],
    ['an aud of elsewhere', { aud: 'https://other.example.com' }, 'request_object.audience'],
    ['the PAR URL as aud', { aud: `${ISSUER}/par` }, 'request_object.audience'],
    ['the issuer with a slash as aud', { aud: `${ISSUER}/` }, 'request_object.audience'],
    ['no aud in the list', { aud: [] }, 'request_object.audience'],
    ['an exp of now', { exp: NOW }, 'request_object.expired'],
    ['an exp as text', { exp: String(NOW + 60) }, 'request_object.expired'],
    ['an nbf 11 seconds ahead', { nbf: NOW + 11 }, 'request_object.not_yet_valid'],
    ['an iat 11 seconds ahead', { iat: NOW + 11 }, 'request_object.not_yet_valid'],
    ['an nbf as text', { nbf: 'now' }, 'request_object.not_yet_valid'],
    ['an empty jti', { jti: '' }, 'request_object.jti'],
    ['a jti of 257 characters', { jti: 'x'.repeat(257) }, 'request_object.jti'],
    ['a jti that is no text', { jti: 1 }, 'request_object.jti'],
    ['FAPI: no iss', { iss: undefined }, 'request_object.issuer', fapi()],
    ['FAPI: no aud', { aud: undefined }, 'request_object.audience', fapi()],
    ['FAPI: no exp', { exp: undefined }, 'request_object.expired', fapi()],
    ['FAPI: no nbf', { nbf: undefined }, 'request_object.not_yet_valid', fapi('fapi1-advanced')],
    ['FAPI: exp 61 minutes after nbf', { exp: NOW + 3_660 }, 'request_object.lifetime', fapi()],
    ['FAPI: nbf 70 minutes ago', { nbf: NOW - 4_200, exp: NOW - 600 + 1_200 }, 'request_object.lifetime', fapi('fapi1-advanced')],
  ];
  it.each(REFUSED.map(([title, claims, reason, client = web()]) => [title, claims, reason, client] as const))('MUST be refused: %s', async (_case, claims, reason, client) => {
    await expect(open(signed({ ...CLAIMS, ...claims }), client)).rejects.toEqual(refused(reason));
  });
});

describe('RFC 9101 §4 the parameters in a request object', () => {
  it('are its claims but those of the token and of client authentication', async () => {
    const claims = {
      ...CLAIMS, iat: NOW, jti: 'j', sub: 'x', max_age: 0, claims: { userinfo: { name: null } }, resource: ['https://a.example', 'https://b.example'], nonce: null,
      client_secret: 'S', client_assertion: 'A', client_assertion_type: 'T', extra: true,
    };
    await expect(open(signed(claims))).resolves.toEqual([
      ['response_type', 'code'],
      ['scope', 'openid'],
      ['max_age', '0'],
      ['claims', '{"userinfo":{"name":null}}'],
      ['resource', 'https://a.example'],
      ['resource', 'https://b.example'],
      ['extra', 'true'],
    ]);
  });
});

import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { type ConformanceSystem, startConformanceSystem } from './conformance-system.js';
import { ReceiverCertificate } from './logout-receiver.js';
import { type KeyPair, keyPairFor } from '../../libs/jose/src/key-pair/testing.js';

jest.setTimeout(60_000);

const CALLBACK = 'https://request-uri-flow.example.org/cb';
const certificate = new ReceiverCertificate();

/** The host of a client: what it answers at each path, and how often it was asked. */
const documents = new Map<string, { readonly type: string; readonly body: string; readonly location?: string }>();
const asked: string[] = [];
let host: Server;
let origin: string;
let running: ConformanceSystem;
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./certification.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let keys: KeyPair;
let rolled: KeyPair;

const jwksOf = async (...pairs: [string, KeyPair][]) => JSON.stringify({ keys: await Promise.all(pairs.map(async ([kid, { publicKey }]) => ({ ...(await exportJWK(publicKey)), kid }))) });

beforeAll(async () => {
  host = createServer({ key: certificate.key, cert: certificate.cert }, ({ url = '' }, response) => {
    asked.push(url);
    const { type, body, location } = documents.get(url) ?? { type: 'text/plain', body: '' };
    response.writeHead(location === undefined ? (body === '' ? 404 : 200) : 302, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end(body);
  });
  await new Promise<void>((listening) => host.listen(0, 'localhost', listening));
  const { port } = host.address() as AddressInfo;
  origin = `https://localhost:${port}`;
  [keys, rolled] = [keyPairFor('RS256'), keyPairFor('RS256')];
  documents.set('/jwks', { type: 'application/json', body: await jwksOf(['first', keys]) });
  running = await startConformanceSystem({ OUTBOUND_ALLOWED_HOSTS: `localhost:${port}`, OUTBOUND_CA_FILE: certificate.file });
  drivers = await loaded();
  const uris = ['/request.jwt#hash', '/request.jwt#other', '/missing.jwt', '/page.html', '/moved.jwt'].map((one) => `"${origin}${one}"`);
  const client = (clientId: string, more: string) => `
  - client_id: ${clientId}
    client_name: Keeps its requests at home
    token_endpoint_auth_method: private_key_jwt
    token_endpoint_auth_signing_alg: RS256
    grant_types: [authorization_code, implicit]
    response_types: [code, code id_token, id_token token]
    scope: openid
    redirect_uris: [${CALLBACK}]
    first_party: true
    request_object_signing_alg: RS256
    request_uris: [${uris.join(', ')}, "https://127.0.0.1:${port}/request.jwt"]
    jwks_uri: ${origin}${more}
`;
  await drivers.declare(`clients:${client('uri-web', '/jwks')}${client('uri-rolled', '/jwks-rolled')}`);
}, 120_000);
afterAll(async () => {
  await running.stop();
  host.close();
  certificate.remove();
}, 60_000);

const object = (more: Readonly<Record<string, unknown>> = {}, { kid = 'first', key = keys.privateKey } = {}) => {
  const claims = { iss: 'uri-web', aud: drivers.demo.issuer, client_id: 'uri-web', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'inside' };
  const { challenge } = drivers.proofKey();
  return new SignJWT({ ...claims, code_challenge: challenge, code_challenge_method: 'S256', ...more }).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
};
const open = (requestUri: string, agent = new drivers.UserAgent()) =>
  agent.open(drivers.authorizationUrl({ client_id: 'uri-web', request_uri: requestUri, response_type: 'code', scope: 'openid', redirect_uri: CALLBACK, state: 'outside' }));
const answered = async (requestUri: string) => {
  const agent = new drivers.UserAgent();
  return drivers.departure(await drivers.signIn(agent, await open(requestUri, agent))).searchParams;
};

describe('OpenID certification, request_uri: fetched over https where registered with its fragment, application/jwt, RS256 (PAR-7)', () => {
  it('is obeyed', async () => {
    documents.set('/request.jwt', { type: 'application/jwt', body: await object() });
    const answer = await answered(`${origin}/request.jwt#hash`);
    expect([answer.get('code')?.length, answer.get('state')]).toEqual([43, 'inside']);
  });

  it('is fetched anew for another request: what changed counts (OIDC Core §6.2)', async () => {
    documents.set('/request.jwt', { type: 'application/oauth-authz-req+jwt', body: await object({ state: 'changed' }) });
    expect((await answered(`${origin}/request.jwt#other`)).get('state')).toBe('changed');
  });

  it.each([
    ['not registered with this fragment', '/request.jwt#third', false],
    ['not registered without one', '/request.jwt', false],
    ['answered with 404', '/missing.jwt', true],
    ['a page', '/page.html', true],
    ['a redirect (OUT-3)', '/moved.jwt', true],
  ])('is invalid_request_uri when it is %s', async (_case, path, fetched) => {
    documents.set('/page.html', { type: 'text/html', body: await object() });
    documents.set('/moved.jwt', { type: 'application/jwt', body: await object(), location: `${origin}/request.jwt` });
    const before = asked.length;
    const { searchParams } = drivers.departure(await open(`${origin}${path}`));
    expect([searchParams.get('error'), searchParams.get('state'), asked.length - before]).toEqual(['invalid_request_uri', 'outside', fetched ? 1 : 0]);
  });

  it('is invalid_request_uri when the object there is of a foreign key, or unsigned', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await object()).split('.')[1]}.`;
    for (const body of [await object({}, { key: rolled.privateKey }), unsigned]) {
      documents.set('/request.jwt', { type: 'application/jwt', body });
      expect(drivers.departure(await open(`${origin}/request.jwt#hash`)).searchParams.get('error')).toBe('invalid_request_uri');
    }
  });

  it('OUT-2 MUST NOT be fetched from a private address, registered or not, unless the exact host is allowed', async () => {
    const before = asked.length;
    const { port } = new URL(origin);
    expect(drivers.departure(await open(`https://127.0.0.1:${port}/request.jwt`)).searchParams.get('error')).toBe('invalid_request_uri');
    expect(asked.length).toBe(before);
  });
});

describe('OpenID certification, jwks_uri: fetched, and fetched again when a kid is unknown (OIDC Core §10.1.1)', () => {
  const request = async (kid: string, key: KeyPair) => {
    const compact = await object({ iss: 'uri-rolled', client_id: 'uri-rolled' }, { kid, key: key.privateKey });
    return new drivers.UserAgent().open(drivers.authorizationUrl({ client_id: 'uri-rolled', request: compact }));
  };

  it('for a request object by value, and for an assertion', async () => {
    documents.set('/jwks-rolled', { type: 'application/json', body: await jwksOf(['old', keys]) });
    await drivers.inDatabase("UPDATE client_key_set SET attempted_at = now() - interval '61 seconds' WHERE client_id = 'uri-rolled'");
    expect(drivers.page(await request('old', keys)).status).toBe(200);
    documents.set('/jwks-rolled', { type: 'application/json', body: await jwksOf(['new', rolled]) });
    await drivers.inDatabase("UPDATE client_key_set SET attempted_at = now() - interval '61 seconds' WHERE client_id = 'uri-rolled'");
    expect(drivers.page(await request('new', rolled)).status).toBe(200);
    expect(drivers.departure(await request('old', keys)).searchParams.get('error')).toBe('invalid_request_object');
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: 'uri-rolled', sub: 'uri-rolled', aud: drivers.demo.issuer, exp: now + 60, jti: String(now) };
    const client_assertion = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'new' }).sign(rolled.privateKey);
    const answer = await drivers.post('/revoke', { token: 'x', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion });
    expect(answer.status).toBe(200);
  });
});

describe('I7 with token away, a response with tokens is refused and a code is not', () => {
  it('temporarily_unavailable in the fragment, and no page; tokens again after the restart', async () => {
    const agent = new drivers.UserAgent();
    const ask = (responseType: string) => {
      const { challenge } = drivers.proofKey();
      const code = responseType.includes('code') ? { code_challenge: challenge, code_challenge_method: 'S256' } : {};
      return agent.open(drivers.authorizationUrl({ client_id: 'uri-web', redirect_uri: CALLBACK, response_type: responseType, scope: 'openid', nonce: 'n', state: 'st', ...code }));
    };
    expect(drivers.departure(await drivers.signIn(agent, await ask('id_token token'))).hash).toContain('access_token=');
    running.system.process('token').kill();
    for (const responseType of ['id_token token', 'code id_token']) {
      const fragment = new URLSearchParams(drivers.departure(await ask(responseType)).hash.slice(1));
      expect([fragment.get('error'), fragment.get('state'), fragment.has('code')]).toEqual(['temporarily_unavailable', 'st', false]);
    }
    expect(drivers.departure(await ask('code')).searchParams.get('code')).toHaveLength(43);
    await running.system.process('token').restart();
    expect(drivers.departure(await ask('id_token token')).hash).toContain('access_token=');
  });
});

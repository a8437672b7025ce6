import type { ServerResponse } from 'node:http';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { decodeJws, verifyJws } from '@tessera/jose';
import { signJwt } from '@tessera/jose/signing';
import { OutboundHttp, parseOutboundPolicy } from '@tessera/outbound-http';
import { startHttpsServer, testCertificate, type TestHttpsServer } from '@tessera/outbound-http/testing';
import { CHALLENGE, InMemoryPushedRequests, requestPorts } from '@tessera/protocol/authorization-request/testing';
import type { PublicJwk } from '@tessera/protocol/client';
import { webClient } from '@tessera/protocol/client/testing';
import { ISSUER, requestObjectPorts } from '@tessera/protocol/request-object/testing';
import { type KeyId, OAuthError, systemClock } from '@tessera/vocabulary';
import { AuthorizationRequests, OutboundRequestUris } from './index.js';

const CALLBACK = 'https://client.example.org/cb';
const certificate = testCertificate('DNS:client.example.com');
const { privateKey, publicKey } = freshKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1' } as PublicJwk;
const object = (claims: Record<string, unknown> = {}) =>
  signJwt({ kid: 'k1' as KeyId, algorithm: 'RS256', privateKey }, 'oauth-authz-req+jwt', {
    iss: 's6BhdRkqt3', aud: ISSUER, client_id: 's6BhdRkqt3', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'inside',
    code_challenge: CHALLENGE, code_challenge_method: 'S256', ...claims,
  });

let server: TestHttpsServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

/** A client's host that answers so, and this process with or without leave to connect to its private address. */
async function given(answer: (response: ServerResponse) => void, { allowed = true } = {}) {
  const paths: string[] = [];
  server = await startHttpsServer(certificate, (request, response) => {
    paths.push(String(request.url));
    answer(response);
  });
  const host = `client.example.com:${server.port}`;
  const policy = parseOutboundPolicy({ ports: [server.port], allowedHosts: allowed ? [host] : [] });
  const lookUp = () => Promise.resolve(['127.0.0.1']);
  const http = new OutboundHttp({ policy, extraCa: certificate.ca, lookUpAllowedHost: lookUp, lookUpPublicHost: lookUp });
  const requestUri = `https://${host}/request.jwt#GkurKxf5T0Y-mnPFCHqWOMiZi4VS138cQO_V7PZHAdM`;
  const client = webClient({ requestUris: [requestUri], requestObjectSigningAlgorithm: 'RS256' }, { keys: [jwk] });
  const requests = new AuthorizationRequests(
    {
      ...requestPorts(),
      requestObjects: { ...requestObjectPorts([client]), signatures: { decode: decodeJws, verifySignature: verifyJws }, clock: systemClock },
      clients: { find: () => Promise.resolve(client) },
      pushedRequests: new InMemoryPushedRequests(),
      requestUris: new OutboundRequestUris(http, systemClock),
    },
    { requirePushed: false },
  );
  const ask = (uri = requestUri) =>
    requests.resolve({ parameters: [['client_id', 's6BhdRkqt3'], ['request_uri', uri], ['response_type', 'code'], ['redirect_uri', CALLBACK], ['state', 'outside']] });
  return { ask, paths, requestUri };
}
const jwt = (compact: string) => (response: ServerResponse) => void response.setHeader('content-type', 'application/oauth-authz-req+jwt').end(compact);

describe('OIDC Core §6.2, RFC 9101 §5.2, PAR-7 a request object behind a registered request_uri, over TLS', () => {
  it('RS256, with its fragment registered and not sent', async () => {
    const { ask, paths } = await given(jwt(object()));
    await expect(ask()).resolves.toMatchObject({ request: { state: 'inside', redirectUri: CALLBACK, scope: ['openid'] } });
    expect(paths).toEqual(['/request.jwt']);
  });

  it('content type application/jwt', async () => {
    const { ask } = await given((response) => void response.setHeader('content-type', 'application/jwt; charset=utf-8').end(object()));
    await expect(ask()).resolves.toMatchObject({ request: { state: 'inside' } });
  });

  it('OUT-2 MUST NOT be fetched from a private address unless the exact host is allowed', async () => {
    const { ask, paths } = await given(jwt(object()), { allowed: false });
    await expect(ask()).rejects.toMatchObject({ refusal: new OAuthError('request_uri.not_fetched'), redirectUri: CALLBACK, state: 'outside' });
    expect(paths).toEqual([]);
  });

  it('PAR-7 MUST NOT be fetched for another value on the same host', async () => {
    const { ask, paths, requestUri } = await given(jwt(object()));
    await expect(ask(requestUri.replace('request.jwt', 'other.jwt'))).rejects.toMatchObject({ refusal: new OAuthError('request_uri.not_registered') });
    expect(paths).toEqual([]);
  });

  it.each([
    ['a redirect (OUT-3)', (response: ServerResponse) => void response.writeHead(302, { location: 'https://client.example.com/elsewhere' }).end()],
    ['an error', (response: ServerResponse) => void response.writeHead(500).end()],
    ['a page', (response: ServerResponse) => void response.setHeader('content-type', 'text/html').end(object())],
    ['a megabyte (OUT-4)', (response: ServerResponse) => void response.setHeader('content-type', 'application/jwt').end('x'.repeat(1_048_576))],
    ['something compressed (OUT-4)', (response: ServerResponse) => void response.setHeader('content-type', 'application/jwt').setHeader('content-encoding', 'gzip').end('x')],
  ])('is invalid_request_uri where the host answers with %s', async (_case, answer) => {
    const { ask } = await given(answer);
    await expect(ask()).rejects.toMatchObject({ refusal: new OAuthError('request_uri.not_fetched') });
    expect(new OAuthError('request_uri.not_fetched').code).toBe('invalid_request_uri');
  });

  it.each([
    ['a damaged signature', `${object().slice(0, -8)}AAAAAAAA`],
    ['an aud of elsewhere', object({ aud: 'https://other.example.com' })],
    ['a request_uri inside', object({ request_uri: 'https://client.example.com/again' })],
  ])('is invalid_request_uri where the object has %s', async (_case, compact) => {
    const { ask } = await given(jwt(compact));
    await expect(ask()).rejects.toMatchObject({ refusal: new OAuthError('request_uri.invalid_object') });
  });
});

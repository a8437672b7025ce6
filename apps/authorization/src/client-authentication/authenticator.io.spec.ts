import { type KeyObject, randomUUID } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { SpendAssertion } from '@tessera/contracts';
import { ClientDirectory, loadStatements, Queries, SqlReplayLedger } from '@tessera/database';
import { signJwt } from '@tessera/jose/signing';
import type { ServiceClient } from '@tessera/messaging';
import { silentLogger } from '@tessera/observability';
import { CHALLENGE, requestParameters, requestPorts } from '@tessera/protocol/authorization-request/testing';
import { basic } from '@tessera/protocol/client-authentication/testing';
import { declaredClient } from '@tessera/protocol/declaration/testing';
import { answerPushedAuthorizationRequest } from '@tessera/protocol/pushed-authorization-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { type KeyId, OAuthError, Outage, systemClock } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { AuthorizationRequests, SqlPushedAuthorizationRequests } from '../authorization-request/index.js';
import { newHandle } from '../session/index.js';
import { applyRequest, authorizationOn, digestOf, SECRET } from '../testing.js';
import { authenticator, BusReplayLedger } from './index.js';

const db = useDatabase();
const ISSUER = 'https://as.example.com';
const CALLBACK = 'https://client.example.org/cb';

const directories: ClientDirectory[] = [];
afterEach(() => {
  for (const one of directories.splice(0)) one.stop();
});
beforeEach(async () => {
  await db.owner.query('TRUNCATE client, client_secret, client_key_set, resource, client_change CASCADE');
});

/** Clients declared by a file, then this process's endpoints over them; the ledger is token's, behind the message. */
async function declared(client: Record<string, unknown>, ledgerAnswers = true) {
  const authorization = authorizationOn(db.pool('tessera_authorization'));
  const applied = await authorization.applying.apply(applyRequest({ clients: [client] }));
  expect([applied.outcome, applied.problems]).toEqual(['applied', []]);
  const queries = new Queries(db.pool('tessera_authorization'), loadStatements('authorization'));
  const directory = new ClientDirectory(queries, { clock: systemClock, logger: silentLogger });
  directories.push(directory);
  await directory.start();
  const ledger = new SqlReplayLedger(new Queries(db.pool('tessera_token'), loadStatements('token')));
  const call = async (_contract: unknown, request: unknown) => {
    const { digest, expiresAt } = SpendAssertion.request.parse(request);
    const outcome = await ledger.spend(Buffer.from(digest, 'base64url'), expiresAt);
    if (!ledgerAnswers) throw new Outage('token', 'the answer was lost');
    return { outcome };
  };
  const authenticateAt = authenticator({
    issuer: ISSUER,
    directory,
    lease: authorization.keys,
    fetchKeySet: (clientId) => authorization.fetching.refresh(clientId),
    ledger: new BusReplayLedger({ call } as unknown as ServiceClient),
    clock: systemClock,
    logger: silentLogger,
  });
  const pushedRequests = new SqlPushedAuthorizationRequests(queries);
  const ports = { ...requestPorts([]), authenticate: authenticateAt('pushedAuthorizationRequest'), pushedRequests, newHandle };
  const requests = new AuthorizationRequests(
    { ...requestPorts([]), clients: { find: (clientId) => directory.client(clientId) }, pushedRequests, requestUris: null },
    { requirePushed: false },
  );
  const push = (fields: Record<string, string>, authorization_: string[] = []) =>
    answerPushedAuthorizationRequest(
      edgeRequest({}, { parameters: requestParameters(fields), authorization: authorization_, url: `${ISSUER}/par` }),
      ports,
      { lifetimeSeconds: 90 },
    );
  return { directory, push, requests };
}

function assertion(privateKey: KeyObject, overrides: Record<string, unknown> = {}) {
  const now = systemClock.epochSeconds();
  const claims = { iss: 's6BhdRkqt3', sub: 's6BhdRkqt3', aud: ISSUER, exp: now + 60, iat: now, jti: randomUUID(), ...overrides };
  const signed = signJwt({ kid: 'k1' as KeyId, algorithm: 'ES256', privateKey }, 'JWT', claims);
  return { client_assertion: signed, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
}

const web = (members: Record<string, unknown> = {}) =>
  declaredClient({
    grantTypes: ['authorization_code'],
    scope: ['openid'],
    resources: [],
    redirectUris: [CALLBACK],
    secret: { mode: 'exact', digest: digestOf(SECRET) },
    ...members,
  });

function keyed(members: Record<string, unknown> = {}) {
  const { privateKey, publicKey } = freshKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] };
  return { privateKey, client: web({ authenticationMethod: 'private_key_jwt', secret: undefined, jwks, ...members }) };
}

describe('RFC 7591 §2 a declared client in this process', () => {
  it('has what it registered, and what it did not register has its default', async () => {
    const { directory } = await declared(web({ requireProofKey: false, firstParty: true, refreshRetryWindowSeconds: 3 }));
    expect((await directory.client('s6BhdRkqt3'))?.registration).toMatchObject({
      redirectUris: [CALLBACK],
      requireProofKey: false,
      firstParty: true,
      refreshRetryWindowSeconds: 3,
      idTokenSigningAlgorithm: 'RS256',
      responseModes: ['query', 'form_post'],
    });
  });

  it('is unchanged when it is declared again', async () => {
    const authorization = authorizationOn(db.pool('tessera_authorization'));
    await authorization.applying.apply(applyRequest({ clients: [web()] }));
    const again = await authorization.applying.apply(applyRequest({ clients: [web()] }));
    expect(again.plan).toMatchObject([{ action: 'unchanged', kind: 'client' }]);
    const changed = await authorization.applying.apply(applyRequest({ clients: [web({ postLogoutRedirectUris: ['https://client.example.org/bye'] })] }));
    expect(changed.plan).toMatchObject([{ action: 'update', changes: [{ field: 'postLogoutRedirectUris', to: 'https://client.example.org/bye' }] }]);
    expect((await authorization.listing.find('s6BhdRkqt3'))?.registration).toMatchObject({ postLogoutRedirectUris: ['https://client.example.org/bye'] });
  });
});

describe('PAR-1 RFC 9126 §2 the client of a push authenticates as at the token endpoint', () => {
  it('by its secret; and its request can be brought', async () => {
    const { push, requests } = await declared(web());
    const { status, body } = await push({}, [basic('s6BhdRkqt3', SECRET)]);
    const requestUri = typeof body === 'object' ? String(body?.['request_uri']) : '';
    expect(status).toBe(201);
    await expect(requests.resolve({ parameters: [['client_id', 's6BhdRkqt3'], ['request_uri', requestUri]] })).resolves.toMatchObject({
      client: { clientId: 's6BhdRkqt3' },
      request: { redirectUri: CALLBACK, codeChallenge: CHALLENGE },
    });
  });

  it('MUST be refused with a wrong secret', async () => {
    const { push } = await declared(web());
    await expect(push({}, [basic('s6BhdRkqt3', `${SECRET}x`)])).rejects.toEqual(new OAuthError('client_authentication.wrong_secret'));
  });

  it.each([['the issuer', ISSUER], ['the token endpoint', `${ISSUER}/token`], ['the endpoint itself', `${ISSUER}/par`]])('by an assertion for %s', async (_case, aud) => {
    const { privateKey, client } = keyed();
    const { push } = await declared(client);
    await expect(push(assertion(privateKey, { aud }))).resolves.toMatchObject({ status: 201 });
  });

  it('CLI-7 MUST be refused with an assertion that was presented before, wherever that was', async () => {
    const { privateKey, client } = keyed();
    const { push } = await declared(client);
    const presented = assertion(privateKey);
    await push(presented);
    await expect(push(presented)).rejects.toEqual(new OAuthError('client_authentication.assertion_replayed'));
  });

  it('CLI-7 MUST be an outage when the answer of the ledger is lost, and nothing is stored (I7)', async () => {
    const { privateKey, client } = keyed();
    const { push } = await declared(client, false);
    await expect(push(assertion(privateKey))).rejects.toBeInstanceOf(Outage);
    expect((await db.owner.query('SELECT FROM pushed_authorization_request')).rowCount).toBe(0);
  });

  it('FAPI 2.0 Security §5.3.2.1 MUST be refused with an assertion for an endpoint of a FAPI client', async () => {
    const { privateKey, client } = keyed({ profile: 'fapi2' });
    const { push } = await declared(client);
    await expect(push(assertion(privateKey, { aud: `${ISSUER}/par` }))).rejects.toEqual(new OAuthError('client_authentication.assertion_audience'));
    await expect(push(assertion(privateKey))).resolves.toMatchObject({ status: 201 });
  });

  it('RFC 9126 §6 a FAPI client MUST push', async () => {
    const { requests } = await declared(keyed({ profile: 'fapi2' }).client);
    await expect(requests.resolve({ parameters: requestParameters() })).rejects.toMatchObject({
      refusal: new OAuthError('authorization_request.pushed_request_required'),
    });
  });
});

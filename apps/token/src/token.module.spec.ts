import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ClientChanged, Introspection, IssueFrontChannelTokens, Revocation, SigningKeyChanged, Token, Userinfo } from '@tessera/contracts';
import { newCallContext, NatsTransport, type ServedCall, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { issueAccessToken, verifyAccessToken } from '@tessera/protocol/access-token';
import { issuingPorts, verifierOf } from '@tessera/protocol/access-token/testing';
import { client, webClient } from '@tessera/protocol/client/testing';
import { authenticateClient } from '@tessera/protocol/client-authentication';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '@tessera/protocol/client-authentication/testing';
import { clientCredentialsGrant } from '@tessera/protocol/client-credentials-grant';
import { InMemoryLiveAccessTokens, InMemoryLiveRefreshTokens } from '@tessera/protocol/introspection/testing';
import { InMemoryRevocations } from '@tessera/protocol/revocation/testing';
import { issueToUser, type TokenRequestPorts } from '@tessera/protocol/token-request';
import { edgeRequest, members } from '@tessera/protocol/token-request/testing';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { PushedTokenIssuing } from './ciba-grant/pushed-tokens.js';
import { tokenModule } from './token.module.js';

const AUTHORIZED = { authorization: [basic('s6BhdRkqt3', SECRET)] };

/** The module of this service on a network of one process, over ports in memory. */
async function serve() {
  const network = new InMemoryNetwork();
  const issuing = issuingPorts();
  const authentication = authenticationPorts([client({ secretDigests: [secretDigest(SECRET)] })]);
  const authenticate: TokenRequestPorts['authenticate'] = (request, parameters) => authenticateClient(request, parameters, authentication, POLICY);
  const verify = (compact: string) => verifyAccessToken(compact, verifierOf([issuing.key.jwk]));
  const told: string[] = [];
  const livePersons = { findByJwt: () => Promise.resolve(null), findByHandle: () => Promise.resolve(null) };
  const revocations = new InMemoryRevocations();
  const traces: string[] = [];
  const tokenRequest: { -readonly [Name in keyof TokenRequestPorts<ServedCall>]: TokenRequestPorts<ServedCall>[Name] } = {
    authenticate,
    grants: {
      client_credentials: (parameters, of, _request, call) => {
        traces.push(call.requestId);
        return clientCredentialsGrant(parameters, of, issuing);
      },
      authorization_code: null,
      refresh_token: null,
      password: null,
      'urn:ietf:params:oauth:grant-type:device_code': null,
      'urn:openid:params:grant-type:ciba': null,
    },
    issue: (entitlement) => issueAccessToken(entitlement, issuing),
    issueToUser: (decided, of) => issueToUser(decided, of, { ...issuing, families: { begin: () => Promise.resolve() } }),
  };
  const module = tokenModule({
    tokenRequest,
    frontChannel: { issuing, clients: { find: () => Promise.resolve(webClient({ responseTypes: ['code', 'id_token'], idTokenSigningAlgorithm: 'ES256' })) } },
    introspection: { issuer: issuing.issuer, authenticate, verify, liveAccessTokens: new InMemoryLiveAccessTokens(), liveRefreshTokens: new InMemoryLiveRefreshTokens(), resources: issuing.resources },
    revocation: { authenticate, verify, revocations },
    userinfo: { issuer: issuing.issuer, verify, livePersons, clients: authentication.clients, signer: issuing.signer },
    assertions: authentication.replay,
    pushedTokens: new PushedTokenIssuing({ clients: authentication.clients, known: issuing, issuing: { ...issuing, families: { begin: () => Promise.resolve() } } }),
    copies: { metadataChanged: () => told.push('metadata'), keysChanged: () => told.push('keys') },
  });
  const app = await NestFactory.createMicroservice(module, { strategy: new NatsTransport(network.join('token')), logger: false });
  await app.listen();
  const gateway = new ServiceClient(network.join('gateway'));
  return { app, network, gateway, told, traces, revocations, tokenRequest };
}

describe('Ours: the endpoints of token on the bus', () => {
  it('issue, introspect and revoke', async () => {
    const { app, gateway, revocations } = await serve();
    const reply = await gateway.call(Token, edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), newCallContext());
    expect([reply.status, members(reply)['token_type']]).toEqual([200, 'Bearer']);
    const token = String(members(reply)['access_token']);
    const introspected = await gateway.call(Introspection, edgeRequest({ token }, AUTHORIZED), newCallContext());
    expect(introspected.body).toMatchObject({ active: true, client_id: 's6BhdRkqt3' });
    await expect(gateway.call(Revocation, edgeRequest({ token }, AUTHORIZED), newCallContext())).resolves.toMatchObject({ status: 200, body: null });
    expect(revocations.revokedJtis).toEqual([members(introspected)['jti']]);
    await app.close();
  });

  it('make the tokens of authorization responses, for authorization alone', async () => {
    const { app, network } = await serve();
    const [example] = IssueFrontChannelTokens.examples;
    if (example === undefined) throw new Error('the contract has an example');
    const asked = { ...example.request, responseType: 'id_token' as const, code: null };
    const authorization = new ServiceClient(network.join('authorization'));
    await expect(authorization.call(IssueFrontChannelTokens, asked, newCallContext())).resolves.toMatchObject({ accessToken: null, idToken: expect.stringMatching(/^eyJ/) });
    await expect(authorization.call(IssueFrontChannelTokens, { ...asked, responseType: 'code token' }, newCallContext())).rejects.toEqual(new OAuthError('authorization_request.response_type'));
    await app.close();
  });

  it('hand the call on, so that what a grant asks another service belongs to the same request', async () => {
    const { app, gateway, traces } = await serve();
    const call = newCallContext();
    await gateway.call(Token, edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), call);
    expect(traces).toEqual([call.requestId]);
    await app.close();
  });

  it('answer about a person, or challenge (RFC 6750 §3)', async () => {
    const { app, gateway } = await serve();
    await expect(gateway.call(Userinfo, edgeRequest({}, { method: 'GET' }), newCallContext())).resolves.toMatchObject({ status: 401 });
    await expect(gateway.call(Userinfo, edgeRequest({}, { authorization: ['Bearer x'] }), newCallContext())).rejects.toEqual(new OAuthError('userinfo.invalid_token'));
    await app.close();
  });

  it('let a refusal and an outage reach the caller as what they are', async () => {
    const { app, gateway, tokenRequest } = await serve();
    const request = edgeRequest({ grant_type: 'client_credentials', scope: 'admin' }, AUTHORIZED);
    await expect(gateway.call(Token, request, newCallContext())).rejects.toEqual(new OAuthError('scope.not_registered'));
    tokenRequest.issue = () => Promise.reject(new Outage('key-lease', 'there is no valid lease'));
    const good = edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED);
    await expect(gateway.call(Token, good, newCallContext())).rejects.toMatchObject({ name: 'Outage', dependency: 'key-lease' });
    await app.close();
  });
});

describe('decision 6: events make prompt what is found without them', () => {
  it('tells each copy what changed', async () => {
    const { app, network, told } = await serve();
    new ServiceClient(network.join('authorization')).publish(ClientChanged, { number: 42 });
    new ServiceClient(network.join('key-management')).publish(SigningKeyChanged, { kid: 'sign-2', state: 'active' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toEqual(['metadata', 'keys']);
    await app.close();
  });
});

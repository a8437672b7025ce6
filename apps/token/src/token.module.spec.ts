import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ClientChanged, Introspection, Revocation, SigningKeyChanged, Token } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { issueAccessToken, verifyAccessToken } from '@tessera/protocol/access-token';
import { issuingPorts, verifierOf } from '@tessera/protocol/access-token/testing';
import { client } from '@tessera/protocol/client/testing';
import { authenticateClient } from '@tessera/protocol/client-authentication';
import { authenticationPorts, basic, POLICY, SECRET, secretDigest } from '@tessera/protocol/client-authentication/testing';
import { InMemoryLiveAccessTokens } from '@tessera/protocol/introspection/testing';
import { InMemoryAccessTokenRevocations } from '@tessera/protocol/revocation/testing';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { clientCredentialsGrantOver } from './client-credentials-grant/grant-over-resources.js';
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
  const revocations = new InMemoryAccessTokenRevocations();
  const tokenRequest = {
    authenticate,
    grants: { client_credentials: clientCredentialsGrantOver(issuing.resources) },
    issue: (entitlement: Parameters<TokenRequestPorts['issue']>[0]) => issueAccessToken(entitlement, issuing),
  };
  const module = tokenModule({
    tokenRequest,
    introspection: { issuer: issuing.issuer, authenticate, verify, liveAccessTokens: new InMemoryLiveAccessTokens(), resources: issuing.resources },
    revocation: { authenticate, verify, revocations },
    copies: { metadataChanged: () => told.push('metadata'), keysChanged: () => told.push('keys') },
  });
  const app = await NestFactory.createMicroservice(module, { strategy: new NatsTransport(network.join('token')), logger: false });
  await app.listen();
  const gateway = new ServiceClient(network.join('gateway'));
  return { app, network, gateway, told, revocations, tokenRequest };
}

describe('Ours: the endpoints of token on the bus', () => {
  it('issue, introspect and revoke', async () => {
    const { app, gateway, revocations } = await serve();
    const { status, body } = await gateway.call(Token, edgeRequest({ grant_type: 'client_credentials' }, AUTHORIZED), newCallContext());
    expect([status, body?.['token_type']]).toEqual([200, 'Bearer']);
    const token = String(body?.['access_token']);
    const introspected = await gateway.call(Introspection, edgeRequest({ token }, AUTHORIZED), newCallContext());
    expect(introspected.body).toMatchObject({ active: true, client_id: 's6BhdRkqt3' });
    await expect(gateway.call(Revocation, edgeRequest({ token }, AUTHORIZED), newCallContext())).resolves.toMatchObject({ status: 200, body: null });
    expect(revocations.revokedJtis).toEqual([introspected.body?.['jti']]);
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

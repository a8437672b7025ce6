import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PushedAuthorizationRequest } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { CHALLENGE, InMemoryPushedRequests, requestParameters, requestPorts } from '@tessera/protocol/authorization-request/testing';
import { webClient } from '@tessera/protocol/client/testing';
import type { PushedAuthorizationRequestPorts } from '@tessera/protocol/pushed-authorization-request';
import { edgeRequest } from '@tessera/protocol/token-request/testing';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { pushedAuthorizationRequestModule } from './index.js';

/** The endpoint of this service on a network of one process. */
async function serve(overrides: Partial<PushedAuthorizationRequestPorts> = {}) {
  const network = new InMemoryNetwork();
  const ports: PushedAuthorizationRequestPorts = {
    ...requestPorts(),
    authenticate: () => Promise.resolve({ client: webClient() }),
    pushedRequests: new InMemoryPushedRequests(),
    newHandle: () => CHALLENGE,
    ...overrides,
  };
  const strategy = new NatsTransport(network.join('authorization'));
  const app = await NestFactory.createMicroservice(pushedAuthorizationRequestModule({ ports, policy: { lifetimeSeconds: 90 } }), { strategy, logger: false });
  await app.listen();
  const gateway = new ServiceClient(network.join('gateway'));
  const push = (fields: Record<string, string> = {}) =>
    gateway.call(PushedAuthorizationRequest, edgeRequest({}, { parameters: requestParameters(fields), url: 'https://as.example.com/par' }), newCallContext());
  return { app, push };
}

describe('RFC 9126 the pushed authorization request endpoint on the bus', () => {
  it('answers 201', async () => {
    const { app, push } = await serve();
    await expect(push()).resolves.toMatchObject({ status: 201, body: { request_uri: `urn:ietf:params:oauth:request_uri:${CHALLENGE}`, expires_in: 90 } });
    await app.close();
  });

  it('lets what would be redirected elsewhere reach the caller as the refusal it is (§2.3)', async () => {
    const { app, push } = await serve();
    await expect(push({ response_type: 'token' })).rejects.toEqual(new OAuthError('authorization_request.response_type'));
    await app.close();
  });

  it('lets an outage reach the caller as one', async () => {
    const { app, push } = await serve({ pushedRequests: { store: () => Promise.reject(new Outage('postgresql', 'away')) } });
    await expect(push()).rejects.toMatchObject({ name: 'Outage', dependency: 'postgresql' });
    await app.close();
  });
});

import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { BackchannelAuthentication, CompleteApproval, HoldPoll, RedeemAuthReqId, type RequestContract, ShowApprovals } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { OAuthError } from '@tessera/vocabulary';
import { Module } from '@nestjs/common';
import { type ApprovalDesk, approvalsModule, type CompletionDesk } from '../authentication-device/index.js';
import { type BackchannelAuthenticationEndpoint, backchannelAuthenticationModule } from './index.js';

@Module({})
class BothModules {}

/** Both modules on a network of one process, over parts that answer as the examples of the contracts do. */
async function serve() {
  const network = new InMemoryNetwork();
  const endpoint = {
    ports: {
      authenticate: () => Promise.reject(new OAuthError('client_authentication.missing')),
      requests: { redeem: () => Promise.resolve(RedeemAuthReqId.examples[0]?.reply), hold: () => Promise.resolve(HoldPoll.examples[0]?.reply.held) },
    },
    policy: {},
  } as unknown as BackchannelAuthenticationEndpoint;
  const desk = { answer: () => Promise.resolve(ShowApprovals.examples[0]?.reply) } as unknown as ApprovalDesk;
  const completions = { answer: () => Promise.resolve(CompleteApproval.examples[0]?.reply) } as unknown as CompletionDesk;
  const module = { module: BothModules, imports: [backchannelAuthenticationModule(endpoint), approvalsModule(desk, completions)] };
  const app = await NestFactory.createMicroservice(module, { strategy: new NatsTransport(network.join('device-ciba')), logger: false });
  await app.listen();
  const call = (contract: RequestContract) => new ServiceClient(network.join(contract.callers[0] ?? 'gateway')).call(contract, contract.examples[0]?.request, newCallContext());
  return { app, call };
}

describe('Ours: backchannel authentication on the bus', () => {
  it.each([RedeemAuthReqId, HoldPoll, ShowApprovals, CompleteApproval].map((contract) => [contract.subject, contract as RequestContract] as const))('serves %s', async (_subject, contract) => {
    const { app, call } = await serve();
    expect(await call(contract)).toEqual(contract.reply.parse(contract.examples[0]?.reply));
    await app.close();
  });

  it('serves the endpoint, and tells a refusal as it is', async () => {
    const { app, call } = await serve();
    await expect(call(BackchannelAuthentication)).rejects.toMatchObject({ code: 'invalid_client' });
    await app.close();
  });
});

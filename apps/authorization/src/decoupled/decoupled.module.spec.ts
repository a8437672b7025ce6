import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FindHintedPerson, RecordAuthenticatedGrant, RecordGrant, RecordVouchedGrant, type RequestContract, ShowSignedIn } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { decoupledModule, type GrantRecordingDesk, type HintedPeople, type SignedInDesk } from './index.js';

describe('Ours: what other services ask about people, on the bus', () => {
  it.each([RecordGrant, RecordAuthenticatedGrant, RecordVouchedGrant, ShowSignedIn, FindHintedPerson].map((contract) => [contract.subject, contract as RequestContract] as const))('serves %s', async (_subject, contract) => {
    const network = new InMemoryNetwork();
    const answer = () => Promise.resolve(contract.examples[0]?.reply);
    const [grants, signedIn, people] = [{ record: answer, recordAuthenticated: answer, recordVouched: answer } as unknown as GrantRecordingDesk, { show: answer } as unknown as SignedInDesk, { find: answer } as unknown as HintedPeople];
    const app = await NestFactory.createMicroservice(decoupledModule(grants, signedIn, people), { strategy: new NatsTransport(network.join('authorization')), logger: false });
    await app.listen();
    const reply = await new ServiceClient(network.join('device-ciba')).call(contract, contract.examples[0]?.request, newCallContext());
    expect(reply).toEqual(contract.reply.parse(contract.examples[0]?.reply));
    await app.close();
  });
});

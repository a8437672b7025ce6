import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  AccountPage,
  Authorization,
  EndSession,
  EnterUserCode,
  PushedAuthorizationRequest,
  RedeemAuthorizationCode,
  type RequestContract,
  ShowInteraction,
  SubmitInteraction,
  VerifyPassword,
} from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { OAuthError } from '@tessera/vocabulary';
import { type AuthorizationParts, authorizationModule } from './authorization.module.js';

/** The contracts of signing in, each with what carries it out. */
const SERVED: readonly (readonly [RequestContract, string])[] = [
  [Authorization, 'authorize'],
  [ShowInteraction, 'show'],
  [SubmitInteraction, 'submit'],
  [EndSession, 'end'],
  [AccountPage, 'answer'],
  [RedeemAuthorizationCode, 'redeem'],
  [VerifyPassword, 'verify'],
  [EnterUserCode, 'enter'],
];

/** The module of this service on a network of one process; each part answers as the contract's example does, and says it was asked. */
async function serve(answer: (contract: RequestContract) => Promise<unknown> = (contract) => Promise.resolve(contract.examples[0]?.reply)) {
  const network = new InMemoryNetwork();
  const asked: string[] = [];
  const part = Object.fromEntries(SERVED.map(([contract, method]) => [method, () => (asked.push(method), answer(contract))]));
  const signIn = { endpoint: part, desk: part, codes: part, verifying: part, endSession: part, accountPage: part, userCodes: part, decoupled: { grants: part, signedIn: part, people: part } };
  const nothing = { keysChanged: () => undefined };
  const parts = new Proxy({ signIn, ...nothing } as object, { get: (target, name) => Reflect.get(target, name) ?? {} }) as AuthorizationParts;
  const app = await NestFactory.createMicroservice(authorizationModule(parts), { strategy: new NatsTransport(network.join('authorization')), logger: false });
  await app.listen();
  const call = (contract: RequestContract) => new ServiceClient(network.join(contract.callers[0] ?? 'gateway')).call(contract, contract.examples[0]?.request, newCallContext());
  return { app, asked, call };
}

describe('Ours: signing in on the bus', () => {
  it.each(SERVED.map(([contract, method]) => [contract.subject, contract, method] as const))('serves %s', async (_subject, contract, method) => {
    const { app, asked, call } = await serve();
    expect(await call(contract)).toEqual(contract.reply.parse(contract.examples[0]?.reply));
    expect(asked).toEqual([method]);
    await app.close();
  });

  it('tells a refusal as it is', async () => {
    const { app, call } = await serve(() => Promise.reject(new OAuthError('interaction.ended')));
    await expect(call(SubmitInteraction)).rejects.toEqual(new OAuthError('interaction.ended'));
    await app.close();
  });

  it('serves the pushed authorization request endpoint', async () => {
    const { app, call } = await serve();
    // Its parts are empty here: that it fails says that it was reached.
    await expect(call(PushedAuthorizationRequest)).rejects.toMatchObject({ name: 'Incident' });
    await app.close();
  });
});

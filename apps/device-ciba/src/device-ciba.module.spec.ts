import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ClientChanged, DecideDeviceAuthorization, DeviceAuthorization, FindUserCode, RedeemDeviceCode, ShowDeviceAuthorization, SigningKeyChanged } from '@tessera/contracts';
import { newCallContext, NatsTransport, ServiceClient } from '@tessera/messaging';
import { InMemoryNetwork } from '@tessera/messaging/testing';
import { OAuthError } from '@tessera/vocabulary';
import { deviceCibaModule } from './device-ciba.module.js';
import type { DeviceCibaParts } from './parts.js';

/** The module of this service on a network of one process, over parts that answer as the examples of the contracts do. */
async function serve() {
  const network = new InMemoryNetwork();
  const heard: string[] = [];
  const parts = {
    deviceAuthorization: {
      ports: {
        authenticate: () => Promise.reject(new OAuthError('client_authentication.missing')),
        resources: { find: () => Promise.resolve(null) },
        devices: { redeem: () => Promise.resolve(RedeemDeviceCode.examples[1]?.reply) },
      },
      policy: {},
    },
    deviceVerification: {
      find: () => Promise.resolve(FindUserCode.examples[0]?.reply),
      show: () => Promise.resolve(ShowDeviceAuthorization.examples[0]?.reply.device),
      decide: () => Promise.resolve(DecideDeviceAuthorization.examples[0]?.reply),
    },
    copies: { metadataChanged: () => void heard.push('metadata'), keysChanged: () => void heard.push('keys') },
  };
  const rest = new Proxy(parts as object, { get: (target, name) => Reflect.get(target, name) ?? {} }) as DeviceCibaParts;
  const app = await NestFactory.createMicroservice(deviceCibaModule(rest), { strategy: new NatsTransport(network.join('device-ciba')), logger: false });
  await app.listen();
  const as = (caller: 'gateway' | 'token' | 'authorization' | 'key-management') => new ServiceClient(network.join(caller));
  return { app, as, heard };
}

describe('Ours: the device flow on the bus', () => {
  it.each([
    [FindUserCode.subject, 'authorization', FindUserCode],
    [ShowDeviceAuthorization.subject, 'authorization', ShowDeviceAuthorization],
    [DecideDeviceAuthorization.subject, 'authorization', DecideDeviceAuthorization],
  ] as const)('serves %s', async (_subject, caller, contract) => {
    const { app, as } = await serve();
    const [example] = contract.examples;
    expect(await as(caller).call(contract as typeof FindUserCode, example?.request as never, newCallContext())).toEqual(contract.reply.parse(example?.reply));
    await app.close();
  });

  it('serves the polls of the token endpoint', async () => {
    const { app, as } = await serve();
    const [, example] = RedeemDeviceCode.examples;
    expect(await as('token').call(RedeemDeviceCode, example?.request as never, newCallContext())).toEqual(RedeemDeviceCode.reply.parse(example?.reply));
    await app.close();
  });

  it('serves the device authorization endpoint, and tells a refusal as it is', async () => {
    const { app, as } = await serve();
    const [example] = DeviceAuthorization.examples;
    await expect(as('gateway').call(DeviceAuthorization, example?.request as never, newCallContext())).rejects.toMatchObject({ code: 'invalid_client' });
    await app.close();
  });

  it('hears that clients or keys changed', async () => {
    const { app, as, heard } = await serve();
    as('authorization').publish(ClientChanged, ClientChanged.examples[0] as never);
    as('key-management').publish(SigningKeyChanged, SigningKeyChanged.examples[0] as never);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.sort()).toEqual(['keys', 'metadata']);
    await app.close();
  });
});

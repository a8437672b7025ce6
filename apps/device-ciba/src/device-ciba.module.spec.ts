import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ClientChanged, DecideDeviceAuthorization, DEVICE_CIBA_DELIVERIES, DeviceAuthorization, FindUserCode, RedeemDeviceCode, ShowDeviceAuthorization, SigningKeyChanged } from '@tessera/contracts';
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
    deliveries: {
      claim: () => Promise.resolve({ message: { transport: 'http', url: 'https://client.example.org/told', headers: {}, body: '{}' } }),
      settle: () => Promise.resolve({ outcome: 'delivered' }),
      due: () => Promise.resolve({ due: [], backlog: [] }),
      list: () => Promise.resolve([]),
    },
  };
  const rest = new Proxy(parts as object, { get: (target, name) => Reflect.get(target, name) ?? {} }) as DeviceCibaParts;
  const app = await NestFactory.createMicroservice(deviceCibaModule(rest), { strategy: new NatsTransport(network.join('device-ciba')), logger: false });
  await app.listen();
  const as = (caller: 'gateway' | 'token' | 'authorization' | 'key-management' | 'worker' | 'operator') => new ServiceClient(network.join(caller));
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

  it('serves what it owes clients and people to the worker, and its records to the operator', async () => {
    const { app, as } = await serve();
    const call = { kind: 'ping', row: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', attempt: 1, claimId: '5f0c9e0a-3b1e-4b53-8f57-8a1f6a2d9c11' };
    const { claim, settle, due, list } = DEVICE_CIBA_DELIVERIES;
    expect((await as('worker').call(claim, call, newCallContext())).delivery?.message.transport).toBe('http');
    expect(await as('worker').call(settle, { ...call, outcome: 'delivered', retryInSeconds: 0, answer: '204' }, newCallContext())).toEqual({ outcome: 'delivered' });
    expect(await as('worker').call(due, { kinds: ['ping'], measure: false }, newCallContext())).toEqual({ due: [], backlog: [] });
    expect(await as('operator').call(list, { kind: 'ping', lane: null, state: null, before: null, limit: 1 }, newCallContext())).toEqual({ records: [] });
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

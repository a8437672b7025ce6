import type { ServiceName } from '@tessera/vocabulary';
import { nkeys } from 'nats';
import { randomToken } from '../random-token.js';
import type { BusIdentity } from '../bus-identity.js';

/** An nkey made for a spec. */
export interface TestNkey {
  /** `U...` */
  readonly publicKey: string;
  /** `SU...` as ASCII bytes. */
  readonly seed: Uint8Array;
}

export function testNkey(): TestNkey {
  const pair = nkeys.createUser();
  return { publicKey: pair.getPublicKey(), seed: pair.getSeed() };
}

/** An nkey for everyone on the bus. */
export function testNkeys(): Readonly<Record<ServiceName, TestNkey>> {
  return {
    gateway: testNkey(),
    token: testNkey(),
    authorization: testNkey(),
    'device-ciba': testNkey(),
    worker: testNkey(),
    'key-management': testNkey(),
    operator: testNkey(),
  };
}

/** A process of this service, with a fresh instance name. */
export function testIdentity(service: ServiceName, natsUrl: string, seed: Uint8Array | null = null): BusIdentity {
  return { service, instance: randomToken(9), natsUrl, seed };
}

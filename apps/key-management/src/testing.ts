import { randomBytes } from 'node:crypto';
import { LeaseKeys } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { KeyLease, type Timer } from '@tessera/key-lease';
import { freshNkey, ManualTime } from '@tessera/key-lease/testing';
import type { ServiceClient } from '@tessera/messaging';
import { silentLogger } from '@tessera/observability';
import type { KeyPurpose, SignedMessage } from '@tessera/protocol/key-lease';
import { KEY_TYPES, KeyPolicy, type KeyType } from '@tessera/protocol/key-lifecycle';
import { type Clock, type ServiceName, systemClock } from '@tessera/vocabulary';
import { KeyManagement } from './key-management.js';
import { type Keyring, keyringSetting } from './keys/keyring.js';

/** 32 random bytes as they stand in a keyring. */
export function keyBytes(): string {
  return randomBytes(32).toString('base64url');
}

/** A keyring as the setting reads it. */
export function keyring(active: string, keys: Record<string, string>): Keyring {
  return keyringSetting.parse(JSON.stringify({ active, keys }));
}

const IDENTITIES = {
  'key-management': freshNkey(),
  token: freshNkey(),
  authorization: freshNkey(),
  'device-ciba': freshNkey(),
  gateway: freshNkey(),
  worker: freshNkey(),
  operator: freshNkey(),
} satisfies Record<ServiceName, { nkey: string; seed: Uint8Array }>;

/** The nkey and seed of a service in these specs. */
export function identityOf(service: ServiceName): { nkey: string; seed: Uint8Array } {
  return IDENTITIES[service];
}

/** One process of key-management. */
export interface Replica extends KeyManagement {
  /** What it announced, in order: `<state> <kid>`. */
  readonly announced: string[];
}

/** How a process of a spec differs from the usual one. */
export interface ReplicaOptions {
  readonly readKeyring?: () => Keyring;
  readonly policy?: Partial<KeyPolicy>;
  readonly instance?: string;
}

/** The types of key the usual process makes: no RSA, which costs time. */
export const WANTED: readonly KeyType[] = KEY_TYPES.filter(({ algorithm }) => algorithm !== 'RS256' && algorithm !== 'PS256');

const DEFAULT_KEYRING = keyring('kek-1', { 'kek-1': keyBytes() });

/** A process of key-management on a database. */
export function replica(queries: QueryRunner, given: ReplicaOptions = {}): Replica {
  const announced: string[] = [];
  const services: Pick<ServiceClient, 'publish'> = {
    publish: (_event, payload) => {
      const { kid, state } = payload as { kid: string; state: string };
      announced.push(`${state} ${kid}`);
    },
  };
  const management = new KeyManagement({
    queries,
    services,
    readKeyring: given.readKeyring ?? (() => DEFAULT_KEYRING),
    policy: KeyPolicy.parse({ signingAlgorithms: ['ES256', 'EdDSA'], ...given.policy }),
    serviceNkeys: Object.fromEntries(Object.entries(IDENTITIES).map(([service, { nkey }]) => [service, [nkey]])),
    seed: IDENTITIES['key-management'].seed,
    instance: given.instance ?? 'replica-1',
    logger: silentLogger,
  });
  return Object.assign(management, { announced });
}

/** A lessee that asks this process, as the given service; a test may bend what travels. */
export function lessee(
  management: KeyManagement,
  service: ServiceName,
  purposes: readonly KeyPurpose[],
  given: { clock?: Clock; timer?: Timer; bend?: (message: SignedMessage) => SignedMessage; seed?: Uint8Array; instance?: string } = {},
): KeyLease {
  const call = async (contract: { subject: string }, request: unknown) => {
    if (contract.subject !== LeaseKeys.subject) throw new Error(`not served: ${contract.subject}`);
    const message = request as SignedMessage;
    return management.leasing.lease(given.bend?.(message) ?? message, service);
  };
  return new KeyLease({
    services: { call: call as ServiceClient['call'] },
    service,
    instance: given.instance ?? `${service}-1`,
    seed: given.seed ?? IDENTITIES[service].seed,
    keyManagementNkeys: [IDENTITIES['key-management'].nkey],
    purposes,
    clock: given.clock ?? systemClock,
    timer: given.timer ?? new ManualTime(),
    logger: silentLogger,
  });
}

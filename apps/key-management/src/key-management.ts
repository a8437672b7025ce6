import type { QueryRunner } from '@tessera/database';
import type { ServiceClient } from '@tessera/messaging';
import type { Logger } from '@tessera/observability';
import type { KeyPolicy } from '@tessera/protocol/key-lifecycle';
import { SqlPublishedKeys } from './jwks/sql-published-keys.js';
import { KeyEncryption } from './keys/key-encryption.js';
import { checkKeyEncryption } from './keys/key-encryption-check.js';
import { KeyVault } from './keys/key-vault.js';
import type { Keyring } from './keys/keyring.js';
import { SqlKeyWrappings } from './keys/sql-key-wrappings.js';
import { SqlKeys } from './keys/sql-keys.js';
import { KeyLeasing, type ServiceNkeys } from './lease/key-leasing.js';
import { SqlLeases } from './lease/sql-leases.js';
import { KeyChanges } from './rotation/key-changes.js';
import { KeyRewrapping } from './rotation/key-rewrapping.js';
import { KeyRotation } from './rotation/key-rotation.js';
import { KeySchedule } from './rotation/key-schedule.js';

/** What key-management is made from. */
export interface KeyManagementOptions {
  readonly queries: QueryRunner;
  readonly services: Pick<ServiceClient, 'publish'>;
  readonly readKeyring: () => Keyring;
  readonly policy: KeyPolicy;
  readonly serviceNkeys: ServiceNkeys;
  /** The nkey seed the process logs in to the bus with; it signs leases and published keys. */
  readonly seed: Uint8Array;
  readonly instance: string;
  readonly logger: Logger;
}

/** The parts of the service, put together once per process. */
export class KeyManagement {
  readonly seed: Uint8Array;
  readonly keys: SqlKeys;
  readonly wrappings: SqlKeyWrappings;
  readonly leases: SqlLeases;
  readonly published: SqlPublishedKeys;
  readonly encryption: KeyEncryption;
  readonly vault: KeyVault;
  readonly leasing: KeyLeasing;
  readonly rotation: KeyRotation;
  readonly rewrapping: KeyRewrapping;
  readonly schedule: KeySchedule;

  constructor({ queries, services, readKeyring, policy, serviceNkeys, seed, instance, logger }: KeyManagementOptions) {
    this.seed = seed;
    this.keys = new SqlKeys(queries);
    this.wrappings = new SqlKeyWrappings(queries);
    this.leases = new SqlLeases(queries);
    this.published = new SqlPublishedKeys(queries);
    this.encryption = new KeyEncryption(readKeyring, logger);
    this.vault = new KeyVault(this.encryption, policy);
    const changes = new KeyChanges(services);
    this.leasing = new KeyLeasing(this.leases, this.vault, { seed, serviceNkeys }, logger);
    this.rotation = new KeyRotation(this.keys, this.vault, policy, changes);
    this.rewrapping = new KeyRewrapping(this.wrappings, this.vault, this.encryption);
    this.schedule = new KeySchedule(this.keys, this.vault, policy, changes, logger, instance);
  }

  /** Reads the keyring anew and checks it against what is stored. @throws {Outage} naming what is missing or wrong. */
  async checkEncryption(): Promise<void> {
    this.encryption.reload();
    await checkKeyEncryption(this.encryption, this.wrappings);
  }
}

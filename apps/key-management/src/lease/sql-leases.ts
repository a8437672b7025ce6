import type { QueryRunner } from '@tessera/database';
import { KeyAlgorithm, KeyPurpose, type LeaseRequest } from '@tessera/protocol/key-lease';
import { KeyState } from '@tessera/protocol/key-lifecycle';
import { KeyId, type ServiceName } from '@tessera/vocabulary';
import { z } from 'zod';

const Octets = z.instanceof(Uint8Array);

/** A key of a lease, still sealed. */
const LeasedRow = z.object({
  kid: KeyId,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  state: KeyState,
  keyEncryptionKey: z.string(),
  wrappedDataKey: Octets,
  sealedPrivate: Octets,
});
/** A key of a lease, still sealed. */
export type LeasedRow = z.infer<typeof LeasedRow>;

/** Who asks for a lease, as far as it is known. */
export interface Lessee {
  readonly service: ServiceName;
  readonly instance: string;
  readonly nkey: string;
}

/** What may be leased now, and the audit of leases given and refused. */
export class SqlLeases {
  constructor(private readonly queries: QueryRunner) {}

  /** The keys of these purposes as they are at this moment; the same statement writes the audit row. */
  async keysFor(lessee: Lessee, purposes: LeaseRequest['purposes']): Promise<readonly LeasedRow[]> {
    return z.array(LeasedRow).parse(await this.queries.run('lease-keys', [purposes, lessee.service, lessee.instance, lessee.nkey]));
  }

  async recordRefusal(lessee: Lessee, purposes: readonly string[], reason: string): Promise<void> {
    await this.queries.run('record-refused-lease', [lessee.service, lessee.instance, lessee.nkey, purposes, reason]);
  }

  /** Removes audit rows older than 90 days, a batch at a time. */
  async removeOldAudit(): Promise<void> {
    await this.queries.run('remove-old-lease-audit', []);
  }
}

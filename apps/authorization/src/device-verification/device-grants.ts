import { createHash, randomUUID } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import type { ClientMetadata } from '@tessera/protocol/client';
import type { DeviceRequestView } from '@tessera/protocol/device-authorization';
import { isOffline } from '@tessera/protocol/grant';
import type { SignedIn } from '@tessera/protocol/session';
import { type AccountId, type Authority, GrantId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { Subjects } from '../grant/index.js';

const RecordedRow = z.object({ grantId: GrantId });

/** What a person allows a device. */
export interface DeviceApproval {
  readonly device: Pick<DeviceRequestView, 'id' | 'confirmation'>;
  readonly client: ClientMetadata;
  readonly signedIn: SignedIn;
  readonly authority: Authority;
}

/** The grants of devices: recorded before an approval is stored anywhere (decision 2). */
export class DeviceGrants {
  constructor(
    private readonly queries: QueryRunner,
    private readonly subjects: Pick<Subjects, 'of'>,
  ) {}

  /** The grant; the same approval again has the same. Null when the session, the account or the client is not alive any more. */
  async record({ device, client, signedIn, authority }: DeviceApproval): Promise<GrantId | null> {
    const { accountId, sessionId } = signedIn;
    const [row] = await this.queries.run('record-device-grant', [
      randomUUID(), sessionId, client.clientId, this.subjects.of(client, accountId), isOffline(authority), JSON.stringify(authority),
      device.confirmation && JSON.stringify(device.confirmation), nameOf(device.id, accountId, authority),
    ]);
    return row === undefined ? null : RecordedRow.parse(row).grantId;
  }

  /** Ends a grant whose approval came too late to count. */
  async revokeUnused(grantId: GrantId, accountId: AccountId): Promise<void> {
    await this.queries.run('revoke-unused-grant', [grantId, accountId]);
  }
}

/** Two people with one code, or one who changes their mind between two tries, do not share a grant. */
function nameOf(deviceId: string, accountId: AccountId, authority: Authority): string {
  return `device:${deviceId}:${createHash('sha256').update(`${accountId} ${JSON.stringify(authority)}`).digest('base64url')}`;
}

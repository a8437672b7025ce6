import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { Confirmation } from '@tessera/protocol/access-token';
import {
  type DeviceAuthorizations,
  type DeviceCodeRedemption,
  type DeviceCodeRedemptionRequest,
  type DeviceFlowPolicy,
  type NewDeviceAuthorization,
  newUserCode,
} from '@tessera/protocol/device-authorization';
import { sourceNetwork } from '@tessera/protocol/sign-in-attempts';
import { Authority, ClientId, GrantId, Outage, POLL_LEEWAY_SECONDS, POLL_WIDENING_SECONDS } from '@tessera/vocabulary';
import { z } from 'zod';

/** 256 bits (GEN-3). */
const DEVICE_CODE_BYTES = 32;
/** User codes that are tried before it is an outage: with a million live ones the first is taken once in 25,000 times. */
const USER_CODES_TRIED_MAX = 3;

const StoredRow = z.object({ outcome: z.enum(['stored', 'taken', 'full']) });
const PolledRow = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('redeemed'),
    grantId: GrantId,
    clientId: ClientId,
    subject: z.string(),
    authority: Authority,
    offline: z.boolean(),
    confirmation: Confirmation.nullable(),
    sid: z.string().nullable(),
    authTime: z.number().int(),
    acr: z.string().nullable(),
    amr: z.array(z.string()),
  }),
  z.object({ outcome: z.enum(['pending', 'too_soon']) }),
]);
const RefusedRow = z.object({ outcome: z.enum(['pending', 'too_soon', 'denied', 'expired', 'spent', 'approved']) });

/** Where user codes come from; specs pass their own. */
export type UserCodes = () => string;

const randomUserCode: UserCodes = () => newUserCode((bound) => randomInt(bound));

/** Device authorizations in PostgreSQL. Each arrow of their states is one conditional statement. */
export class SqlDeviceAuthorizations implements DeviceAuthorizations {
  constructor(
    private readonly queries: QueryRunner,
    private readonly userCodes: UserCodes = randomUserCode,
  ) {}

  async store(
    { clientId, request, confirmation, sourceAddress, team }: NewDeviceAuthorization,
    { lifetimeSeconds, intervalSeconds, waitingPerClient, waitingPerSource }: DeviceFlowPolicy,
  ): Promise<{ readonly id: string; readonly deviceCode: string; readonly userCode: string } | null> {
    const deviceCode = randomBytes(DEVICE_CODE_BYTES).toString('base64url');
    const codeHash = createHash('sha256').update(deviceCode).digest();
    for (let tried = 0; tried < USER_CODES_TRIED_MAX; tried += 1) {
      const userCode = this.userCodes();
      const id = randomUUID();
      const [row] = await this.queries.run('store-device-authorization', [
        id, codeHash, userCode, clientId, JSON.stringify(request), confirmation && JSON.stringify(confirmation), sourceAddress,
        intervalSeconds, lifetimeSeconds, waitingPerClient, sourceNetwork(sourceAddress), waitingPerSource, team ?? null,
      ]);
      const { outcome } = StoredRow.parse(row);
      if (outcome === 'full') return null;
      if (outcome === 'stored') return { id, deviceCode, userCode };
    }
    throw new Outage('postgresql', 'no free user code was found');
  }

  /**
   * One statement decides the poll; the second runs for who got nothing from it only, and only explains. A poll that waited for the
   * very approval it asks about saw the request as it was before: it is asked once more.
   */
  async redeem(request: DeviceCodeRedemptionRequest): Promise<DeviceCodeRedemption> {
    const first = await this.poll(request);
    const second = first.outcome === 'approved' ? await this.poll(request) : first;
    return second.outcome === 'approved' ? { outcome: 'unknown' } : second;
  }

  private async poll({ deviceCodeHash, clientId, confirmation, redemptionId }: DeviceCodeRedemptionRequest): Promise<DeviceCodeRedemption | { readonly outcome: 'approved' }> {
    const codeHash = Buffer.from(deviceCodeHash, 'base64url');
    const [row] = await this.queries.run('redeem-device-code', [
      codeHash, clientId, confirmation && JSON.stringify(confirmation), redemptionId, POLL_WIDENING_SECONDS, POLL_LEEWAY_SECONDS,
    ]);
    if (row === undefined) return await this.explain(codeHash, clientId, redemptionId);
    const polled = PolledRow.parse(row);
    if (polled.outcome !== 'redeemed') return polled;
    const { outcome, ...grant } = polled;
    return { outcome, grant: { ...grant, nonce: null, idTokenClaims: {} } };
  }

  private async explain(codeHash: Buffer, clientId: ClientId, redemptionId: string): Promise<z.infer<typeof RefusedRow> | { readonly outcome: 'unknown' }> {
    const [row] = await this.queries.run('explain-refused-device-code', [codeHash, clientId, redemptionId]);
    return row === undefined ? { outcome: 'unknown' } : RefusedRow.parse(row);
  }
}

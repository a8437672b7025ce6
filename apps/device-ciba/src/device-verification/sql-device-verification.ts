import { createHash } from 'node:crypto';
import type { QueryRunner } from '@tessera/database';
import { type DeviceDecision, type DeviceDecisionOutcome, DeviceRequestView, type UserCodeAttempt, type UserCodeFinding } from '@tessera/protocol/device-authorization';
import { sourceNetwork } from '@tessera/protocol/sign-in-attempts';
import { USER_CODE_FAILURES_MAX, USER_CODE_FAILURES_PER_SOURCE_MAX, USER_CODE_WINDOW_SECONDS } from '@tessera/vocabulary';
import { z } from 'zod';

const FoundRow = z.union([
  z.object({ waitSeconds: z.null(), ...DeviceRequestView.shape }),
  z.object({ waitSeconds: z.number().int().positive().nullable(), id: z.null() }),
]);
const ShownRow = DeviceRequestView.extend({ accountId: z.string().nullable(), grantId: z.string().nullable() });
type ShownRow = z.infer<typeof ShownRow>;

/** What a deployment allows of wrong user codes (DEV-2). */
export interface UserCodeLimits {
  readonly perSource: number;
}

/** What a person with a user code may do, in PostgreSQL. */
export class SqlDeviceVerification {
  constructor(
    private readonly queries: QueryRunner,
    private readonly limits: UserCodeLimits = { perSource: USER_CODE_FAILURES_PER_SOURCE_MAX },
  ) {}

  /** DEV-2: counted and judged by one statement. */
  async find({ userCode, browserHash, sourceAddress, accountId }: UserCodeAttempt): Promise<UserCodeFinding> {
    const browser = browserHash === null ? null : Buffer.from(browserHash, 'base64url');
    const account = accountId === null ? null : sha256(accountId);
    const [row] = await this.queries.run('find-user-code', [
      userCode, browser, sha256(sourceNetwork(sourceAddress)), account, USER_CODE_FAILURES_MAX, this.limits.perSource, USER_CODE_WINDOW_SECONDS,
    ]);
    const found = FoundRow.parse(row);
    if (found.waitSeconds !== null) return { outcome: 'too_many', waitSeconds: found.waitSeconds };
    if (found.id === null) return { outcome: 'unknown' };
    const { waitSeconds: _none, ...device } = found;
    return { outcome: 'found', device };
  }

  /** Null: there is none any more. */
  async show(id: string): Promise<DeviceRequestView | null> {
    const shown = await this.read(id);
    return shown === null ? null : DeviceRequestView.parse(shown);
  }

  /** DEV-6: one conditional statement; the second runs for who lost only, and finds this very decision where it was made before. */
  async decide(decision: DeviceDecision): Promise<DeviceDecisionOutcome> {
    const grantId = decision.decision === 'approve' ? decision.grantId : null;
    const [won] = await this.queries.run('decide-device-authorization', [decision.id, decision.accountId, grantId, null]);
    if (won !== undefined) return { outcome: 'decided' };
    const stored = await this.read(decision.id);
    return { outcome: stored === null ? 'unknown' : standing(stored, decision, grantId) };
  }

  private async read(id: string): Promise<ShownRow | null> {
    const [row] = await this.queries.run('show-device-authorization', [id]);
    return row === undefined ? null : ShownRow.parse(row);
  }
}

/** How a decision stands that was not stored just now. */
function standing({ state, accountId, grantId }: ShownRow, decision: DeviceDecision, ownGrant: string | null): DeviceDecisionOutcome['outcome'] {
  switch (state) {
    case 'approved':
    case 'redeemed':
      return ownGrant !== null && grantId === ownGrant ? 'decided' : 'approved_before';
    case 'denied':
      return decision.decision === 'deny' && accountId === decision.accountId ? 'decided' : 'denied_before';
    case 'cancelled':
    case 'expired':
      return 'expired';
    case 'pending':
      // It expired between the two statements.
      return 'expired';
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

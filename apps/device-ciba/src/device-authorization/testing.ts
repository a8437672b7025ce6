import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { loadStatements, Queries } from '@tessera/database';
import type { DeviceCodeRedemption, DeviceDecision, DeviceFlowPolicy } from '@tessera/protocol/device-authorization';
import { AccountId, authorityOver, ClientId, GrantId } from '@tessera/vocabulary';
import type pg from 'pg';
import { SqlDeviceVerification } from '../device-verification/index.js';
import { SqlDeviceAuthorizations, type UserCodes } from './index.js';

/** The client of the tests. */
export const TELEVISION = ClientId.parse('television');
/** What a deployment decides that changed nothing. */
export const POLICY: DeviceFlowPolicy = { lifetimeSeconds: 600, intervalSeconds: 5, waitingPerClient: 1_000, waitingPerSource: 1_000, verificationUri: 'https://as.example.com/device' };

/** A device that asked. */
export interface StartedDevice {
  readonly id: string;
  readonly deviceCode: string;
  readonly userCode: string;
}

/** Somebody and what they allow. */
export interface Allowing {
  readonly accountId: AccountId;
  readonly grantId: GrantId;
}

/** The device flow over a real database, as one process has it, with what authorization would have recorded. */
export class DeviceFlow {
  readonly queries: Queries;
  readonly devices: SqlDeviceAuthorizations;
  readonly verification: SqlDeviceVerification;

  constructor(
    pool: pg.Pool,
    private readonly owner: pg.Pool,
    { userCodes, perSource = 20 }: { readonly userCodes?: UserCodes; readonly perSource?: number } = {},
  ) {
    this.queries = new Queries(pool, loadStatements('device-ciba'));
    this.devices = userCodes === undefined ? new SqlDeviceAuthorizations(this.queries) : new SqlDeviceAuthorizations(this.queries, userCodes);
    this.verification = new SqlDeviceVerification(this.queries, { perSource });
  }

  /** Nothing but the client. */
  async clear(): Promise<void> {
    await this.owner.query('TRUNCATE device_authorization, user_code_failure, device_ciba_audit_event, client, account CASCADE');
    await this.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) VALUES ($1, $1, 'none', '{}', '{}', '{}', 'api')`,
      [TELEVISION],
    );
  }

  /** A device asks. */
  async start({ sourceAddress = '203.0.113.7', ...overrides }: Partial<DeviceFlowPolicy> & { sourceAddress?: string } = {}): Promise<StartedDevice> {
    const request = { authority: authorityOver(['openid'], []), acrValues: [] };
    const codes = await this.devices.store({ clientId: TELEVISION, request, confirmation: null, sourceAddress }, { ...POLICY, ...overrides });
    if (codes === null) throw new Error('too many wait');
    const { rows } = await this.owner.query<{ id: string }>('SELECT id FROM device_authorization WHERE device_code_hash = $1', [sha256(codes.deviceCode)]);
    return { ...codes, id: rows[0]?.id ?? '' };
  }

  /** What authorization records before an approval. */
  async allow(scope: readonly string[] = ['openid']): Promise<Allowing> {
    const [accountId, grantId] = [AccountId.parse(`usr_${randomBytes(16).toString('base64url')}`), GrantId.parse(randomUUID())];
    await this.owner.query(`INSERT INTO account (id, managed_by) VALUES ($1, 'api')`, [accountId]);
    await this.owner.query(
      `INSERT INTO authorization_grant (id, client_id, account_id, subject, offline, authority, auth_time, acr, amr) VALUES ($1, $2, $3, $3, false, $4, now(), '1', '{pwd}')`,
      [grantId, TELEVISION, accountId, JSON.stringify(authorityOver(scope, []))],
    );
    return { accountId, grantId };
  }

  decide(id: string, decision: 'approve' | 'deny', { accountId, grantId }: Allowing) {
    const made: DeviceDecision = decision === 'approve' ? { decision, id, accountId, grantId } : { decision, id, accountId };
    return this.verification.decide(made).then(({ outcome }) => outcome);
  }

  /** A poll; the time since the last one is as told. */
  poll(deviceCode: string, { clientId = TELEVISION, redemptionId = randomUUID() }: { clientId?: ClientId; redemptionId?: string } = {}): Promise<DeviceCodeRedemption> {
    return this.devices.redeem({ deviceCodeHash: sha256(deviceCode).toString('base64url'), clientId, confirmation: null, redemptionId });
  }

  /** Lets time pass for a request, as its row sees it. */
  async pass(id: string, seconds: number): Promise<void> {
    await this.owner.query(
      `UPDATE device_authorization SET polled_at = polled_at - make_interval(secs => $2), expires_at = expires_at - make_interval(secs => $2), created_at = created_at - make_interval(secs => $2) WHERE id = $1`,
      [id, seconds],
    );
  }

  async row(id: string): Promise<Record<string, unknown>> {
    return (await this.owner.query<Record<string, unknown>>('SELECT * FROM device_authorization WHERE id = $1', [id])).rows[0] ?? {};
  }

  async audited(action: string): Promise<number> {
    return Number((await this.owner.query('SELECT count(*)::int AS n FROM device_ciba_audit_event WHERE action = $1', [action])).rows[0]?.n);
  }
}

/** The digest of a code. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

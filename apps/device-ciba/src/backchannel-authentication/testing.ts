import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { BackchannelAuthenticationDecided, type EventContract, RecordAuthenticatedGrant, RecordGrant, type RequestContract, ShowSignedIn } from '@tessera/contracts';
import { loadStatements, Queries } from '@tessera/database';
import type { MacKey } from '@tessera/key-lease';
import { newCallContext } from '@tessera/messaging';
import {
  type ApprovalAnswer,
  type ApprovalsReply,
  type AuthReqIdRedemption,
  backchannelHandleHash,
  BROWSERS_PER_PERSON_MAX,
  type BackchannelAuthenticationRequest,
  deriveBackchannelHandle,
  type MatchingNumbers,
  type NewBackchannelRequest,
  type PersonAuthentication,
} from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import { client } from '@tessera/protocol/client/testing';
import { AccountId, authorityOver, ClientId, GrantId, type KeyId } from '@tessera/vocabulary';
import type pg from 'pg';
import { ApprovalDecisions, ApprovalDesk, CompletionDesk, SqlApprovals } from '../authentication-device/index.js';
import { SqlPushSubscriptions, type VapidKey } from '../web-push/index.js';
import { SqlBackchannelRequests, TokenSeal } from './index.js';

/** The clients of the tests. */
export const CALL_CENTRE = ClientId.parse('call-centre');
/** Another one. */
export const SHOP = ClientId.parse('shop');
/** Seconds between two polls. */
export const INTERVAL_SECONDS = 5;

/** What the deployment's own authenticator signs with, and the time it is. */
export const COMPLETION_SECRET = Buffer.alloc(32, 9);
export const NOW = 1_700_000_000;

const KEY: MacKey = { kid: 'mac-1' as KeyId, use: 'active', secret: Buffer.alloc(32, 5) };
/** The lease of a process. */
export const LEASE = { macKeys: (): readonly [MacKey, ...MacKey[]] => [KEY] };

/** How a request differs from the usual one. */
export interface Begun {
  readonly clientId?: ClientId;
  readonly accountId?: AccountId;
  readonly request?: Partial<BackchannelAuthenticationRequest>;
  readonly numbers?: MatchingNumbers | null;
  readonly longPolling?: boolean;
  readonly tell?: NewBackchannelRequest['tell'];
}

/** A request as both sides know it. */
export interface StartedRequest {
  readonly id: string;
  readonly authReqId: string;
  readonly approval: string;
  readonly accountId: AccountId;
}

/** Backchannel authentication over a real database, as one process has it, with authorization as it would answer. */
export class BackchannelFlow {
  readonly queries: Queries;
  readonly requests: SqlBackchannelRequests;
  readonly approvals: SqlApprovals;
  readonly desk: ApprovalDesk;
  readonly completions: CompletionDesk;
  readonly decided: string[] = [];
  readonly clients = new Map<string, ClientMetadata>([
    [CALL_CENTRE, client({ clientId: CALL_CENTRE, name: 'Call centre' })],
    [SHOP, client({ clientId: SHOP, name: 'Shop' })],
  ]);
  readonly resources = new Map<string, ResourceMetadata>();
  /** Who is signed in, by session cookie. */
  readonly sessions = new Map<string, AccountId>();
  told = 0;
  /** How the deployment's own authenticator said it knew people. */
  readonly vouched: PersonAuthentication[] = [];
  /** What authorization answers instead of recording a grant. */
  refusal: 'signed_out' | 'other_person' | 'not_possible' | null = null;

  constructor(
    pool: pg.Pool,
    private readonly owner: pg.Pool,
    { perClient = 60_000, perPerson = 10, webPush = null }: { readonly perClient?: number; readonly perPerson?: number; readonly webPush?: VapidKey | null } = {},
  ) {
    this.queries = new Queries(pool, loadStatements('device-ciba', 'authorization'));
    this.requests = new SqlBackchannelRequests(this.queries, new TokenSeal(LEASE), { perClient, perPerson, browsers: webPush === null ? 0 : BROWSERS_PER_PERSON_MAX }, () => (this.told += 1));
    this.approvals = new SqlApprovals(this.queries);
    const call = (contract: RequestContract, request: unknown) => this.answer(contract, request);
    const services = {
      call: call as never,
      publish: (event: EventContract, payload: unknown) => {
        if (event === BackchannelAuthenticationDecided) this.decided.push(BackchannelAuthenticationDecided.payload.parse(payload).request);
      },
    };
    const { approvals } = this;
    const decisions = new ApprovalDecisions({ approvals, services, deliveryWritten: () => (this.told += 1) });
    this.completions = new CompletionDesk({ approvals, decisions, secret: COMPLETION_SECRET, clock: { epochSeconds: () => NOW } });
    this.desk = new ApprovalDesk({
      approvals,
      decisions,
      directory: { client: (id) => Promise.resolve(this.clients.get(id) ?? null), resource: (id) => Promise.resolve(this.resources.get(id) ?? null) },
      services,
      lease: LEASE,
      webPush: webPush && { publicKey: webPush.publicKey, subscriptions: new SqlPushSubscriptions(this.queries) },
    });
  }

  /** Nothing but the clients. */
  async clear(): Promise<void> {
    await this.owner.query('TRUNCATE backchannel_authentication_request, backchannel_start, silenced_client, backchannel_delivery, push_subscription, web_push_delivery, device_ciba_audit_event, client, account CASCADE');
    for (const id of [CALL_CENTRE, SHOP]) {
      await this.owner.query(
        `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by) VALUES ($1, $1, 'client_secret_basic', '{}', '{}', '{}', 'api')`,
        [id],
      );
    }
  }

  /** Somebody who can be asked. */
  async person(): Promise<AccountId> {
    const accountId = AccountId.parse(`usr_${randomBytes(16).toString('base64url')}`);
    await this.owner.query(`INSERT INTO account (id, managed_by) VALUES ($1, 'api')`, [accountId]);
    return accountId;
  }

  /** The session cookie of somebody who signed in. */
  signIn(accountId: AccountId): string {
    const cookie = randomBytes(32).toString('base64url');
    this.sessions.set(cookie, accountId);
    return cookie;
  }

  /** A client asks; the outcome of storing it besides. */
  async tryBegin({ clientId = CALL_CENTRE, accountId, request = {}, numbers = null, longPolling = false, tell = [] }: Begun = {}) {
    const person = accountId ?? (await this.person());
    const id = randomUUID();
    const authReqId = deriveBackchannelHandle('auth_req_id', id, KEY);
    const approval = deriveBackchannelHandle('approval', id, KEY);
    const stored: NewBackchannelRequest = {
      id,
      kid: KEY.kid,
      authReqIdHash: backchannelHandleHash(authReqId),
      approvalHash: backchannelHandleHash(approval),
      request: {
        clientId, authority: authorityOver(['openid'], []), hint: { kind: 'identifier', value: 'jane' }, bindingMessage: 'W4SCT', acrValues: [], lifetimeSeconds: 300,
        deliveryMode: 'poll', notificationToken: null, sealedUserCode: null, jti: null, ...request,
      },
      accountId: person,
      tell,
      numbers,
      longPolling,
      sourceAddress: '203.0.113.7',
    };
    const outcome = await this.requests.store(stored, INTERVAL_SECONDS);
    return { outcome, id, authReqId, approval, accountId: person };
  }

  async begin(begun: Begun = {}): Promise<StartedRequest> {
    const { outcome, ...started } = await this.tryBegin(begun);
    if (outcome !== 'stored') throw new Error(`not stored: ${outcome}`);
    return started;
  }

  /** What authorization records before an approval. */
  async grant(accountId: AccountId, clientId: ClientId = CALL_CENTRE): Promise<GrantId> {
    const grantId = GrantId.parse(randomUUID());
    await this.owner.query(
      `INSERT INTO authorization_grant (id, client_id, account_id, subject, offline, authority, auth_time, acr, amr) VALUES ($1, $2, $3, $3, false, $4, now(), '1', '{pwd}')`,
      [grantId, clientId, accountId, JSON.stringify(authorityOver(['openid'], []))],
    );
    return grantId;
  }

  /** The deployment's own authenticator reports what a person answered there. */
  async complete(report: Record<string, unknown>, { secret = COMPLETION_SECRET, at = NOW }: { secret?: Buffer; at?: number } = {}) {
    const body = JSON.stringify(report);
    const signature = `t=${at},v1=${createHmac('sha256', secret).update(`completion.${at}.${body}`).digest('hex')}`;
    return await this.completions.answer({ body, signature }, newCallContext());
  }

  /** A person answers in the inbox. */
  async reply(session: string, approval: string, answer: ApprovalAnswer): Promise<Extract<ApprovalsReply, { kind: 'approvals' }>> {
    return await this.inbox(session, { change: 'answer', approval, answer });
  }

  async inbox(session: string | null, change: Parameters<ApprovalDesk['answer']>[0]['change'] = null): Promise<Extract<ApprovalsReply, { kind: 'approvals' }>> {
    const shown = await this.desk.answer({ browser: { session, browser: null, sourceAddress: '203.0.113.7', userAgent: '' }, change, requestId: 'b7mXkq2n0r9w4c1z' }, newCallContext());
    if (shown.kind !== 'approvals') throw new Error('nobody is signed in');
    return shown;
  }

  poll(authReqId: string, { clientId = CALL_CENTRE, redemptionId = randomUUID() }: { clientId?: ClientId; redemptionId?: string } = {}): Promise<AuthReqIdRedemption> {
    return this.requests.redeem({ authReqIdHash: backchannelHandleHash(authReqId).toString('base64url'), clientId, confirmation: null, redemptionId });
  }

  hold(authReqId: string) {
    return this.requests.hold(backchannelHandleHash(authReqId).toString('base64url'));
  }

  /** Lets time pass for a request, as its row sees it. */
  async pass(id: string, seconds: number): Promise<void> {
    await this.owner.query(
      `UPDATE backchannel_authentication_request SET polled_at = polled_at - make_interval(secs => $2), expires_at = expires_at - make_interval(secs => $2), created_at = created_at - make_interval(secs => $2) WHERE id = $1`,
      [id, seconds],
    );
  }

  async row(id: string): Promise<Record<string, unknown>> {
    return (await this.owner.query<Record<string, unknown>>('SELECT * FROM backchannel_authentication_request WHERE id = $1', [id])).rows[0] ?? {};
  }

  async deliveries(id: string): Promise<Record<string, unknown>[]> {
    return (await this.owner.query<Record<string, unknown>>('SELECT * FROM backchannel_delivery WHERE request_id = $1 ORDER BY kind', [id])).rows;
  }

  /** What its person's browsers are told of a request. */
  async pushes(id: string): Promise<Record<string, unknown>[]> {
    return (await this.owner.query<Record<string, unknown>>('SELECT * FROM web_push_delivery WHERE request_id = $1 ORDER BY id', [id])).rows;
  }

  async audited(action: string): Promise<number> {
    return Number((await this.owner.query('SELECT count(*)::int AS n FROM device_ciba_audit_event WHERE action = $1', [action])).rows[0]?.n);
  }

  private async answer(contract: RequestContract, request: unknown): Promise<unknown> {
    if (contract.subject === ShowSignedIn.subject) {
      const { session } = (request as { browser: { session: string | null } }).browser;
      const accountId = session === null ? undefined : this.sessions.get(session);
      if (accountId !== undefined) return { kind: 'signed-in', accountId, person: { name: 'Jane', identifier: 'jane' } };
      return { kind: 'continue', interaction: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', session: { change: 'keep' }, browser: null };
    }
    if (contract.subject === RecordAuthenticatedGrant.subject && this.refusal === null) {
      const { accountId, clientId } = RecordAuthenticatedGrant.request.parse(request);
      this.vouched.push(RecordAuthenticatedGrant.request.parse(request).authentication);
      return { outcome: 'recorded', grantId: await this.grant(accountId, clientId) };
    }
    if (contract.subject !== RecordGrant.subject && contract.subject !== RecordAuthenticatedGrant.subject) throw new RangeError(`nobody serves ${contract.subject}`);
    if (this.refusal !== null) return { outcome: 'refused', why: this.refusal };
    const { accountId, clientId } = RecordGrant.request.parse(request);
    return { outcome: 'recorded', grantId: await this.grant(accountId, clientId) };
  }
}

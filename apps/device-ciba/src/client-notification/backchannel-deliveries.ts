import { IssuePushedTokens } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import { Confirmation, type UserGrant } from '@tessera/protocol/access-token';
import {
  approvalClientView,
  approvalLetter,
  type ApprovalWebhook,
  type BackchannelMessage,
  deriveBackchannelHandle,
  notificationMessage,
  pingBody,
  pushBody,
  pushErrorBody,
  webhookMessage,
} from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata } from '@tessera/protocol/client';
import { AccountId, Authority, ClientId, type Clock, GrantId, KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import { approvalHandle, type DerivationKeys, handleKey, type TokenSeal } from '../backchannel-authentication/index.js';

/** Seconds a claim holds. */
const LEASE_SECONDS = 30;
const MINUTE_SECONDS = 60;

/** What of backchannel authentication has to be told, and to whom: clients (ping, push), people (email, webhook). */
export const BACKCHANNEL_DELIVERY_KINDS = ['ping', 'push', 'email', 'webhook'] as const;
/** One of the kinds. */
export type BackchannelDeliveryKind = (typeof BACKCHANNEL_DELIVERY_KINDS)[number];

const GrantColumn = z.object({
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
});
const ClaimedRow = z.object({
  id: z.uuid(),
  kind: z.enum(BACKCHANNEL_DELIVERY_KINDS),
  recipient: z.string().nullable(),
  body: z.instanceof(Buffer).nullable(),
  requestId: z.uuid(),
  kid: KeyId,
  clientId: ClientId,
  accountId: AccountId,
  bindingMessage: z.string().nullable(),
  choices: z.array(z.number().int()).nullable(),
  scope: z.array(z.string()),
  notificationToken: z.instanceof(Buffer).nullable(),
  state: z.enum(['pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled']),
  secondsLeft: z.number(),
  userGrant: GrantColumn.nullable(),
});
type ClaimedRow = z.infer<typeof ClaimedRow>;
const KeptRow = z.object({ body: z.instanceof(Buffer) });
const SettledRow = z.object({ outcome: z.enum(['delivered', 'retry', 'given-up']) });
const DueRow = z.object({ row: z.uuid(), attempt: z.number().int().positive(), lane: z.string() });
const Instant = z.date().transform((at) => at.toISOString());
const RecordRow = z.object({
  row: z.uuid(),
  lane: z.string(),
  state: z.enum(['due', 'sending', 'delivered', 'given-up']),
  attempts: z.number().int(),
  answer: z.string().nullable(),
  createdAt: Instant,
  nextAt: Instant.nullable(),
  settledAt: Instant.nullable(),
});
const BacklogRow = z.object({ waiting: z.number().int(), oldestSeconds: z.number() });

/** One attempt at one row, by a claim that is the sender's. */
export interface Claim {
  readonly row: string;
  readonly attempt: number;
  readonly claimId: string;
}

/** How an attempt went. */
export interface Settlement extends Claim {
  readonly outcome: 'delivered' | 'retry' | 'given-up';
  readonly retryInSeconds: number;
  readonly answer: string;
}

/** What finishing messages needs. */
export interface BackchannelDeliveryPorts {
  readonly issuer: string;
  readonly queries: QueryRunner;
  readonly directory: { client(clientId: string): Promise<ClientMetadata | null> };
  readonly services: Pick<ServiceClient, 'call'>;
  readonly lease: DerivationKeys;
  readonly seal: TokenSeal;
  /** The deployment's own authenticator; null where there is none. */
  readonly webhook: ApprovalWebhook | null;
  readonly clock: Pick<Clock, 'epochSeconds'>;
}

/**
 * The outbox of backchannel authentication, one kind of it: rows are written with the facts they are about, and finished here when
 * somebody who sends claims them. Where it goes and what it says is read then, so that nothing redeemable lies in the table.
 */
export class BackchannelDeliveries {
  constructor(
    private readonly kind: BackchannelDeliveryKind,
    private readonly ports: BackchannelDeliveryPorts,
  ) {}

  /** Null when there is nothing to send: done, not due yet, somebody else has it, or nobody is left to send it to. @throws {Outage}. */
  async claim(claim: Claim): Promise<{ readonly message: BackchannelMessage } | null> {
    const { queries, lease } = this.ports;
    // Without keys nothing could be finished: then nothing is claimed.
    lease.macKeys('derivation');
    const [row] = await queries.run('claim-backchannel-delivery', [this.kind, claim.row, claim.attempt, claim.claimId, LEASE_SECONDS]);
    if (row === undefined) return null;
    const message = await this.finish(ClaimedRow.parse(row));
    if (message !== null) return { message };
    await this.settle({ ...claim, outcome: 'given-up', retryInSeconds: 0, answer: 'no-receiver' });
    return null;
  }

  /** `void`: the row is done, or somebody else has it by now. */
  async settle({ row, claimId, outcome, retryInSeconds, answer }: Settlement): Promise<'delivered' | 'retry' | 'given-up' | 'void'> {
    const [settled] = await this.ports.queries.run('settle-backchannel-delivery', [this.kind, row, claimId, outcome, retryInSeconds, answer]);
    return settled === undefined ? 'void' : SettledRow.parse(settled).outcome;
  }

  /** What is due: at most so many of each lane, and so many in all. */
  async due(perLane: number, limit: number): Promise<readonly z.infer<typeof DueRow>[]> {
    return z.array(DueRow).parse(await this.ports.queries.run('due-backchannel-deliveries', [this.kind, perLane, limit]));
  }

  /** What is not done yet, and how old the oldest is. */
  async backlog(): Promise<z.infer<typeof BacklogRow>> {
    const [row] = await this.ports.queries.run('measure-backchannel-deliveries', [this.kind]);
    return BacklogRow.parse(row);
  }

  /** The records of this kind, newest first. */
  async list({ lane, state, before, limit }: { readonly lane: string | null; readonly state: string | null; readonly before: string | null; readonly limit: number }) {
    return z.array(RecordRow).parse(await this.ports.queries.run('list-backchannel-deliveries', [this.kind, lane, state, before, limit]));
  }

  private async finish(row: ClaimedRow): Promise<BackchannelMessage | null> {
    const client = await this.ports.directory.client(row.clientId);
    if (row.kind === 'email') return this.letter(row, client);
    if (row.kind === 'webhook') return this.call(row, client);
    const url = client?.registration.backchannelClientNotificationEndpoint ?? null;
    const key = handleKey(this.ports.lease, row.kid);
    const token = row.notificationToken === null ? null : this.ports.seal.open('notification-token', row.requestId, row.kid, row.notificationToken);
    if (client === null || !client.enabled || url === null || key === null || token === null) return null;
    const authReqId = deriveBackchannelHandle('auth_req_id', row.requestId, key);
    return notificationMessage(url, token, row.kind === 'ping' ? pingBody(authReqId) : await this.push(row, authReqId));
  }

  /** A request that was answered needs no letter any more. */
  private letter({ recipient, state, clientId, secondsLeft }: ClaimedRow, client: ClientMetadata | null): BackchannelMessage | null {
    if (recipient === null || state !== 'pending' || client === null) return null;
    const { name } = approvalClientView(clientId, client);
    const letter = approvalLetter(name, `${this.ports.issuer}/approvals`, Math.max(1, Math.round(secondsLeft / MINUTE_SECONDS)));
    return { transport: 'mail', to: recipient, ...letter };
  }

  /** To the deployment's own authenticator, about what still waits. */
  private call({ id, requestId, kid, state, clientId, accountId, scope, bindingMessage, choices, secondsLeft }: ClaimedRow, client: ClientMetadata | null): BackchannelMessage | null {
    const { webhook, lease, issuer, clock } = this.ports;
    const approval = approvalHandle(lease, requestId, kid);
    if (webhook === null || approval === null || state !== 'pending' || client === null) return null;
    const { name } = approvalClientView(clientId, client);
    const waiting = { approval, accountId, client: { clientId, name }, scope, bindingMessage, choices, expiresInSeconds: secondsLeft, approvalsUri: `${issuer}/approvals` };
    return webhookMessage(webhook, id, waiting, clock.epochSeconds());
  }

  /** CIB-7: made once, sealed and kept; each attempt says the same. */
  private async push(row: ClaimedRow, authReqId: string): Promise<string> {
    const kept = row.body ?? (await this.keep(row, await this.freshBody(row, authReqId)));
    return this.ports.seal.open('push-body', row.id, row.kid, kept) ?? pushErrorBody(authReqId, 'transaction_failed');
  }

  private async keep(row: ClaimedRow, body: string): Promise<Buffer> {
    const { seal, queries } = this.ports;
    const [kept] = await queries.run('keep-push-body', [row.id, seal.seal('push-body', row.id, row.kid, body)]);
    return KeptRow.parse(kept).body;
  }

  private async freshBody({ state, userGrant }: ClaimedRow, authReqId: string): Promise<string> {
    if (state === 'denied' || state === 'cancelled') return pushErrorBody(authReqId, 'access_denied');
    if (state === 'expired') return pushErrorBody(authReqId, 'expired_token');
    // What was approved may have been ended since; then there is no grant that lives.
    if (state !== 'redeemed' || userGrant === null) return pushErrorBody(authReqId, 'transaction_failed');
    const grant: UserGrant = { ...userGrant, nonce: null, idTokenClaims: {} };
    const { tokens } = await this.ports.services.call(IssuePushedTokens, { grant, authReqId }, newCallContext(IssuePushedTokens.deadlineMs));
    return tokens === null ? pushErrorBody(authReqId, 'transaction_failed') : pushBody(authReqId, tokens);
  }
}

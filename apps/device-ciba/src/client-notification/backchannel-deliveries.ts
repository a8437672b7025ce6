import { IssuePushedTokens } from '@tessera/contracts';
import { type QueryRunner, SqlOutbox } from '@tessera/database';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import { Confirmation, type UserGrant } from '@tessera/protocol/access-token';
import {
  approvalClientView,
  approvalLetter,
  approvalNotice,
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
import type { OwnedKind } from '@tessera/protocol/delivery';
import { AccountId, Authority, ClientId, type Clock, GrantId, KeyId } from '@tessera/vocabulary';
import { z } from 'zod';
import { pushMessage, type SqlPushSubscriptions, type VapidKey } from '../web-push/index.js';
import { approvalHandle, type DerivationKeys, handleKey, type TokenSeal } from '../backchannel-authentication/index.js';

const MINUTE_SECONDS = 60;

/** What of backchannel authentication has to be told, and to whom: clients (ping, push), people (email, webhook, web-push). */
export const BACKCHANNEL_DELIVERY_KINDS = ['ping', 'push', 'email', 'webhook', 'web-push'] as const;
/** One of the kinds. */
export type BackchannelDeliveryKind = (typeof BACKCHANNEL_DELIVERY_KINDS)[number];

/** Each takes the kind first. */
const STATEMENTS = {
  claim: 'claim-backchannel-delivery',
  settle: 'settle-backchannel-delivery',
  due: 'due-backchannel-deliveries',
  measure: 'measure-backchannel-deliveries',
  list: 'list-backchannel-deliveries',
} as const;

/** Browsers have a table of their own, because a request is told to several. */
const WEB_PUSH_STATEMENTS = {
  claim: 'claim-web-push-delivery',
  settle: 'settle-web-push-delivery',
  due: 'due-web-push-deliveries',
  measure: 'measure-web-push-deliveries',
  list: 'list-web-push-deliveries',
} as const;

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
  /** How browsers are told; null where none is. */
  readonly webPush: { readonly key: VapidKey; readonly subscriptions: Pick<SqlPushSubscriptions, 'find'> } | null;
  readonly clock: Pick<Clock, 'epochSeconds'>;
}

/**
 * One kind of the deliveries of backchannel authentication: rows are written with the facts they are about, and finished here when
 * somebody who sends claims them. Where it goes and what it says is read then, so that nothing redeemable lies in the table.
 */
export function backchannelDeliveries(kind: BackchannelDeliveryKind, ports: BackchannelDeliveryPorts): OwnedKind<ClaimedRow> {
  const messages = new BackchannelMessages(ports);
  return {
    outbox: kind === 'web-push' ? new SqlOutbox(ports.queries, WEB_PUSH_STATEMENTS, ClaimedRow) : new SqlOutbox(ports.queries, STATEMENTS, ClaimedRow, [kind]),
    // Without keys nothing could be finished: then nothing is claimed.
    ready: () => void ports.lease.macKeys('derivation'),
    finish: (row) => messages.finish(row),
  };
}

/** Makes the messages of claimed rows. */
class BackchannelMessages {
  constructor(private readonly ports: BackchannelDeliveryPorts) {}

  /** Null when nobody is left to send it to. @throws {Outage}. */
  async finish(row: ClaimedRow): Promise<BackchannelMessage | null> {
    const client = await this.ports.directory.client(row.clientId);
    if (row.kind === 'email') return this.letter(row, client);
    if (row.kind === 'webhook') return this.call(row, client);
    if (row.kind === 'web-push') return await this.notice(row, client);
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

  /** To one browser of the person, about what still waits. Null as well for a browser that is somebody else's by now. */
  private async notice({ recipient, state, clientId, accountId, secondsLeft }: ClaimedRow, client: ClientMetadata | null): Promise<BackchannelMessage | null> {
    const { webPush } = this.ports;
    if (webPush === null || recipient === null || state !== 'pending' || client === null) return null;
    const browser = await webPush.subscriptions.find(recipient, accountId);
    if (browser === null) return null;
    const { name } = approvalClientView(clientId, client);
    return pushMessage(browser, webPush.key, approvalNotice(name, Math.max(1, Math.round(secondsLeft / MINUTE_SECONDS))), secondsLeft);
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

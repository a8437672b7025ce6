import { createHmac } from 'node:crypto';
import type { EpochSeconds } from '@tessera/vocabulary';
import { z } from 'zod';

/** What a notification tells a client: that something was decided, never what (CIBA Core §10.2). */
export function pingBody(authReqId: string): string {
  return JSON.stringify({ auth_req_id: authReqId });
}

/** The tokens of a push (CIBA Core §10.3.1). */
export const PushedTokens = z.object({
  accessToken: z.string(),
  lifetimeSeconds: z.number().int().positive(),
  refreshToken: z.string().nullable(),
  idToken: z.string(),
});
/** The tokens of a push. */
export type PushedTokens = z.infer<typeof PushedTokens>;

/** CIBA Core §10.3.1. Said again, it is the same text: a retry never makes other tokens (CIB-7). */
export function pushBody(authReqId: string, { accessToken, lifetimeSeconds, refreshToken, idToken }: PushedTokens): string {
  return JSON.stringify({
    auth_req_id: authReqId,
    access_token: accessToken,
    token_type: 'Bearer',
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    expires_in: lifetimeSeconds,
    id_token: idToken,
  });
}

/** CIBA Core §12: why there are no tokens. */
export function pushErrorBody(authReqId: string, error: 'access_denied' | 'expired_token' | 'transaction_failed'): string {
  return JSON.stringify({ auth_req_id: authReqId, error, error_description: DESCRIPTIONS[error] });
}

const DESCRIPTIONS = {
  access_denied: 'the user denied the request',
  expired_token: 'the auth_req_id has expired',
  transaction_failed: 'the request could not be completed',
} as const;

/** A letter to a person. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
}

/**
 * Tells a person that a request waits. Neither the binding message nor a link that decides stands in it: whoever reads somebody's
 * mail learns little and can do nothing, and a link scanner decides nothing (CIBA Core §14).
 */
export function approvalLetter(client: string, approvalsUrl: string, minutes: number): Letter {
  const name = client.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
  return {
    subject: `${name} asks you to approve a request`,
    text: `${name} asks you to approve a request. It waits for about ${minutes === 1 ? 'one minute' : `${minutes} minutes`}.\n\nOpen your approvals, compare what they show with what you are told, and decide:\n\n${approvalsUrl}\n\nIf you did not expect this, deny it there.\n`,
  };
}

/** What a browser shows of a request that waits: who asks, and for how long; what to compare and what to decide is on the page (§14). */
export function approvalNotice(client: string, minutes: number): string {
  const name = client.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim();
  return JSON.stringify({ title: `${name} asks for your approval`, body: `It waits for about ${minutes === 1 ? 'one minute' : `${minutes} minutes`}. Open your approvals to see what for.` });
}

/** A finished message: to a client or a browser by HTTP (§10.2, §10.3), or to a person by mail. */
export type BackchannelMessage =
  | { readonly transport: 'http'; readonly url: string; readonly headers: Record<string, string>; readonly body: string; readonly encoding?: 'base64' }
  | { readonly transport: 'mail'; readonly to: string; readonly subject: string; readonly text: string };

/** CIBA Core §10.2, §10.3.1: a POST of JSON, with the client's own token as bearer. */
export function notificationMessage(url: string, notificationToken: string, body: string): BackchannelMessage {
  return { transport: 'http', url, headers: { authorization: `Bearer ${notificationToken}`, 'content-type': 'application/json' }, body };
}

/** A request that waits, as the deployment's own authenticator is told of it. The `auth_req_id` is no part of it (CIBA Core §14). */
export interface WaitingApproval {
  /** The handle of the person's page. */
  readonly approval: string;
  readonly accountId: string;
  readonly client: { readonly clientId: string; readonly name: string };
  readonly scope: readonly string[];
  readonly bindingMessage: string | null;
  /** The numbers the person chooses from; null where approving is enough. */
  readonly choices: readonly number[] | null;
  readonly expiresInSeconds: number;
  readonly approvalsUri: string;
}

/** Where such calls go, and the secret they are signed with. */
export interface ApprovalWebhook {
  readonly url: string;
  readonly secret: Uint8Array;
}

/**
 * A call that its receiver can believe: `tessera-signature` is `t=<seconds>,v1=<hex>`, the HMAC-SHA-256 of `<seconds>.<body>`. The
 * delivery's id is the same at every attempt, so that a receiver does a thing once; the time is of the attempt, so that an old call
 * cannot be sent again.
 */
export function webhookMessage({ url, secret }: ApprovalWebhook, deliveryId: string, waiting: WaitingApproval, now: EpochSeconds): BackchannelMessage {
  const body = JSON.stringify({
    id: deliveryId,
    type: 'approval.requested',
    approval: waiting.approval,
    account: waiting.accountId,
    client: { client_id: waiting.client.clientId, client_name: waiting.client.name },
    scope: waiting.scope.join(' '),
    binding_message: waiting.bindingMessage,
    numbers: waiting.choices,
    expires_in: waiting.expiresInSeconds,
    approvals_uri: waiting.approvalsUri,
  });
  const signature = createHmac('sha256', secret).update(`${now}.${body}`).digest('hex');
  return { transport: 'http', url, headers: { 'content-type': 'application/json', 'tessera-signature': `t=${now},v1=${signature}` }, body };
}

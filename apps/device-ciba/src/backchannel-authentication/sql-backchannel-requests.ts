import { hash } from 'node:crypto';
import type { Queries } from '@tessera/database';
import { Confirmation } from '@tessera/protocol/access-token';
import {
  type AuthReqIdRedemption,
  type AuthReqIdRedemptionRequest,
  type BackchannelRequests,
  type NewBackchannelRequest,
  type StoredOutcome,
} from '@tessera/protocol/backchannel-authentication';
import {
  Authority,
  ClientId,
  GrantId,
  OPEN_REQUESTS_PER_PERSON_MAX,
  POLL_LEEWAY_SECONDS,
  POLL_WIDENING_SECONDS,
  REQUESTS_WINDOW_SECONDS,
} from '@tessera/vocabulary';
import { z } from 'zod';
import type { TokenSeal } from './token-seal.js';

const CountedRow = z.object({ outcome: z.enum(['counted', 'silenced', 'too_many']) });
const StoredRow = z.object({ outcome: z.enum(['stored', 'replayed', 'too_many']) });
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
  z.object({ outcome: z.enum(['pending', 'slow_down']) }),
]);
const RefusedRow = z.object({ outcome: z.enum(['pending', 'slow_down', 'denied', 'expired', 'used', 'approved']) });
const HeldRow = z.object({ id: z.uuid(), secondsLeft: z.number() });

/** A poll the gateway holds: the row whose decision it waits for. */
export type HeldPoll = { readonly request: string; readonly secondsLeft: number } | null;

/** Backchannel authentication requests in PostgreSQL. Each arrow of their states is one conditional statement. */
export class SqlBackchannelRequests implements BackchannelRequests {
  constructor(
    private readonly queries: Pick<Queries, 'run' | 'transaction'>,
    private readonly seal: Pick<TokenSeal, 'seal'>,
    /** `browsers`: how many of a person's browsers are told of a request. */
    private readonly limits: { readonly perClient: number; readonly perPerson: number; readonly browsers: number },
    /** Said after a request was stored that somebody has to be told of. */
    private readonly deliveryWritten: () => void,
  ) {}

  async store(stored: NewBackchannelRequest, intervalSeconds: number): Promise<StoredOutcome> {
    const outcome = await this.storeOnce(stored, intervalSeconds);
    if (outcome === 'stored' && (stored.tell.length > 0 || this.limits.browsers > 0)) this.deliveryWritten();
    return outcome;
  }

  /** One statement decides the poll; the second runs for who got nothing from it only, and only explains. */
  async redeem(asked: AuthReqIdRedemptionRequest): Promise<AuthReqIdRedemption> {
    const first = await this.poll(asked);
    if (first !== 'approved') return first;
    // It was approved between the two statements, and then it is redeemed now; or its grant has ended.
    const second = await this.poll(asked);
    return second === 'approved' ? { outcome: 'unknown' } : second;
  }

  /** CIBA Core §10.1.1. Null: the poll is not held. */
  async hold(authReqIdHash: string): Promise<HeldPoll> {
    const [row] = await this.queries.run('begin-held-poll', [Buffer.from(authReqIdHash, 'base64url'), POLL_LEEWAY_SECONDS]);
    if (row === undefined) return null;
    const { id, secondsLeft } = HeldRow.parse(row);
    return { request: id, secondsLeft: Math.max(0, secondsLeft) };
  }

  private async storeOnce(stored: NewBackchannelRequest, intervalSeconds: number): Promise<StoredOutcome> {
    const { clientId } = stored.request;
    const [counted] = await this.queries.run('count-backchannel-start-of-client', [clientId, this.limits.perClient, REQUESTS_WINDOW_SECONDS]);
    if (counted === undefined) return 'too_many_of_client';
    return await this.queries.transaction(async (queries) => {
      const [room] = await queries.run('count-backchannel-start-for-person', [stored.accountId, clientId, this.limits.perPerson, REQUESTS_WINDOW_SECONDS]);
      const { outcome: admitted } = CountedRow.parse(room);
      if (admitted !== 'counted') return admitted === 'silenced' ? 'silenced' : 'too_many_for_person';
      const [row] = await queries.run('store-backchannel-request', this.columns(stored, intervalSeconds));
      const { outcome } = StoredRow.parse(row);
      return outcome === 'too_many' ? 'too_many_for_person' : outcome;
    });
  }

  private async poll({ authReqIdHash, clientId, confirmation, redemptionId }: AuthReqIdRedemptionRequest): Promise<AuthReqIdRedemption | 'approved'> {
    const idHash = Buffer.from(authReqIdHash, 'base64url');
    const [row] = await this.queries.run('redeem-auth-req-id', [
      idHash, clientId, confirmation && JSON.stringify(confirmation), redemptionId, POLL_WIDENING_SECONDS, POLL_LEEWAY_SECONDS,
    ]);
    if (row !== undefined) {
      const polled = PolledRow.parse(row);
      if (polled.outcome !== 'redeemed') return polled;
      const { outcome, ...grant } = polled;
      return { outcome, grant: { ...grant, nonce: null, idTokenClaims: {} } };
    }
    const [refused] = await this.queries.run('explain-refused-auth-req-id', [idHash, clientId, redemptionId]);
    if (refused === undefined) return { outcome: 'unknown' };
    const { outcome } = RefusedRow.parse(refused);
    return outcome === 'approved' ? outcome : { outcome };
  }

  private columns({ id, kid, authReqIdHash, approvalHash, request, accountId, tell, numbers, longPolling, sourceAddress, team }: NewBackchannelRequest, intervalSeconds: number): readonly unknown[] {
    const { notificationToken, jti } = request;
    return [
      id, authReqIdHash, approvalHash, kid, request.clientId, accountId, JSON.stringify(request.authority), request.acrValues,
      request.bindingMessage, request.deliveryMode,
      notificationToken === null ? null : this.seal.seal('notification-token', id, kid, notificationToken),
      longPolling, numbers?.number ?? null, numbers?.choices ?? null, jti === null ? null : hash('sha256', jti, 'buffer'), sourceAddress,
      intervalSeconds, request.lifetimeSeconds, OPEN_REQUESTS_PER_PERSON_MAX, tell.map(({ kind }) => kind), tell.map(({ recipient }) => recipient),
      this.limits.browsers, team ?? null,
    ];
  }
}

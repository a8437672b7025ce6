import { SqlOutbox, type QueryRunner } from '@tessera/database';
import { signJwt, type SigningKey } from '@tessera/jose/signing';
import { LOGOUT_TOKEN_TYPE, logoutForm, logoutTokenClaims } from '@tessera/protocol/backchannel-logout';
import { ClientRegistration } from '@tessera/protocol/client';
import type { DeliveryMessage, OwnedKind } from '@tessera/protocol/delivery';
import { type Clock, type IssuerSignatureAlgorithm, Outage } from '@tessera/vocabulary';
import { z } from 'zod';

const STATEMENTS = {
  claim: 'claim-logout-delivery',
  settle: 'settle-logout-delivery',
  due: 'due-logout-deliveries',
  measure: 'measure-logout-deliveries',
  list: 'list-logout-deliveries',
} as const;

/** A claimed row, with what its client has registered now. Of the registration only what is needed here has to be understood. */
const LogoutRow = z.object({
  id: z.string(),
  clientId: z.string(),
  subject: z.string(),
  sid: z.string(),
  registration: ClientRegistration.pick({ backchannelLogoutUri: true, idTokenSigningAlgorithm: true }),
});
type LogoutRow = z.infer<typeof LogoutRow>;

/** Keys on loan that logout tokens are signed with (decision 1: `sign`, authorization). */
export interface LogoutSigning {
  readonly valid: boolean;
  /** @throws {Outage} without a valid lease. */
  signingKey(algorithm: IssuerSignatureAlgorithm): SigningKey;
}

/** What logout deliveries stand on. */
export interface LogoutDeliveriesOn {
  readonly issuer: string;
  readonly queries: QueryRunner;
  readonly lease: LogoutSigning;
  readonly clock: Clock;
}

/** The deliveries of Back-Channel Logout. A token is signed when it is claimed: it lives for two minutes, a delivery for a day. */
export function logoutDeliveries({ issuer, queries, lease, clock }: LogoutDeliveriesOn): OwnedKind<LogoutRow> {
  return {
    outbox: new SqlOutbox(queries, STATEMENTS, LogoutRow),
    ready: () => {
      if (!lease.valid) throw new Outage('key-lease', 'there is no valid lease');
    },
    finish: (row) => message(row, issuer, lease, clock),
  };
}

/** §2.5. Signed as the client has its ID tokens signed (§2.6). Null when it has taken its address back since. */
function message({ id, clientId, subject, sid, registration }: LogoutRow, issuer: string, lease: LogoutSigning, clock: Clock): DeliveryMessage | null {
  const { backchannelLogoutUri: url, idTokenSigningAlgorithm } = registration;
  if (url === null) return null;
  const claims = logoutTokenClaims({ issuer, clientId, subject, sid, tokenId: id, now: clock.epochSeconds() });
  const token = signJwt(lease.signingKey(idTokenSigningAlgorithm), LOGOUT_TOKEN_TYPE, claims);
  return { transport: 'http', url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: logoutForm(token) };
}

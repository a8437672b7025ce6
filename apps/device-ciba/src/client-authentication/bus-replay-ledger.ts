import { SpendAssertion } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import type { ReplayLedger, Spending } from '@tessera/protocol/client-authentication';
import type { EpochSeconds } from '@tessera/vocabulary';

/**
 * The ledger of token, asked over the bus (CLI-7). No answer is an outage and never "not seen" (I7): asking again would call the
 * client's own assertion replayed.
 */
export class BusReplayLedger implements ReplayLedger {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  async spend(digest: Uint8Array, expiresAt: EpochSeconds): Promise<Spending> {
    const asked = { digest: Buffer.from(digest).toString('base64url'), expiresAt: Math.ceil(expiresAt) };
    return (await this.services.call(SpendAssertion, asked, newCallContext(SpendAssertion.deadlineMs))).outcome;
  }
}

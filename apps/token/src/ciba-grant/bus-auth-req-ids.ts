import { RedeemAuthReqId } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { AuthReqIdRedemption, AuthReqIdRedemptionRequest, AuthReqIds } from '@tessera/protocol/backchannel-authentication';

/** Backchannel authentication requests by message to their owner. The redemption id makes a lost answer safe to ask for again. */
export class BusAuthReqIds implements AuthReqIds<CallContext> {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  redeem(request: AuthReqIdRedemptionRequest, call: CallContext): Promise<AuthReqIdRedemption> {
    return this.services.call(RedeemAuthReqId, request, call);
  }
}

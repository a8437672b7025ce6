import { RedeemAuthorizationCode } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { AuthorizationCodeRedemption, AuthorizationCodeRedemptionRequest, AuthorizationCodes } from '@tessera/protocol/authorization-code-grant';

/** Authorization codes by message to their owner. The redemption id makes a lost answer safe to ask for again. */
export class BusAuthorizationCodes implements AuthorizationCodes<CallContext> {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  redeem(request: AuthorizationCodeRedemptionRequest, call: CallContext): Promise<AuthorizationCodeRedemption> {
    return this.services.call(RedeemAuthorizationCode, request, call);
  }
}

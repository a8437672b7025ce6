import { Controller, Inject } from '@nestjs/common';
import { BackchannelAuthentication, HoldPoll, RedeemAuthReqId } from '@tessera/contracts';
import { type ServedCall, Serves } from '@tessera/messaging';
import {
  answerBackchannelAuthenticationRequest,
  type AuthReqIdRedemptionRequest,
  type BackchannelAuthenticationPolicy,
  type BackchannelAuthenticationPorts,
} from '@tessera/protocol/backchannel-authentication';
import type { EdgeRequest } from '@tessera/protocol/edge';
import type { SqlBackchannelRequests } from './sql-backchannel-requests.js';

/** The backchannel authentication endpoint, and the polls of its requests. */
export interface BackchannelAuthenticationEndpoint {
  readonly ports: Omit<BackchannelAuthenticationPorts<ServedCall>, 'requests'> & { readonly requests: SqlBackchannelRequests };
  readonly policy: BackchannelAuthenticationPolicy;
}

/** Where {@link BackchannelAuthenticationEndpoint} is found. */
export const BACKCHANNEL_AUTHENTICATION = Symbol('BackchannelAuthenticationEndpoint');

/** CIBA Core §7, §10.1, §11. */
@Controller()
export class BackchannelAuthenticationServer {
  constructor(@Inject(BACKCHANNEL_AUTHENTICATION) private readonly endpoint: BackchannelAuthenticationEndpoint) {}

  @Serves(BackchannelAuthentication)
  authenticate(request: EdgeRequest, call: ServedCall) {
    return answerBackchannelAuthenticationRequest(request, this.endpoint.ports, this.endpoint.policy, call);
  }

  @Serves(RedeemAuthReqId)
  redeem(request: AuthReqIdRedemptionRequest) {
    return this.endpoint.ports.requests.redeem(request);
  }

  @Serves(HoldPoll)
  async hold({ authReqIdHash }: { readonly authReqIdHash: string }) {
    return { held: await this.endpoint.ports.requests.hold(authReqIdHash) };
  }
}

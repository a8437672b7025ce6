import { Controller, Inject } from '@nestjs/common';
import { IssueFrontChannelTokens } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import { type FrontChannelIssuance, type FrontChannelPorts, type FrontChannelTokens, issueFrontChannelTokens } from '@tessera/protocol/front-channel-tokens';

/** What the tokens of authorization responses need of this process. */
export const FRONT_CHANNEL_PORTS = Symbol('FrontChannelPorts');

/** The tokens of authorization responses (OIDC Core §3.2, §3.3). */
@Controller()
export class FrontChannelTokensServer {
  constructor(@Inject(FRONT_CHANNEL_PORTS) private readonly ports: FrontChannelPorts) {}

  @Serves(IssueFrontChannelTokens)
  issue(request: FrontChannelIssuance): Promise<FrontChannelTokens> {
    return issueFrontChannelTokens(request, this.ports);
  }
}

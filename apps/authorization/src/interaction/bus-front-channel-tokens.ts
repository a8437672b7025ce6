import { IssueFrontChannelTokens } from '@tessera/contracts';
import { newCallContext, type ServiceClient } from '@tessera/messaging';
import type { FrontChannelIssuance, FrontChannelTokens } from '@tessera/protocol/front-channel-tokens';
import type { FrontChannelTokenIssuer } from './authorization-responses.js';

/** Token, asked over the bus. Never twice: each question makes tokens. */
export class BusFrontChannelTokens implements FrontChannelTokenIssuer {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  issue(issuance: FrontChannelIssuance): Promise<FrontChannelTokens> {
    return this.services.call(IssueFrontChannelTokens, issuance, newCallContext(IssueFrontChannelTokens.deadlineMs));
  }
}

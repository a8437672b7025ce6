import type { AuthorizationRequest } from '@tessera/protocol/authorization-request';
import { type ResponseParts, successParameters } from '@tessera/protocol/authorization-response';
import { isFrontChannel } from '@tessera/protocol/client';
import type { FrontChannelIssuance, FrontChannelTokens } from '@tessera/protocol/front-channel-tokens';
import type { InteractionReply } from '@tessera/protocol/interaction';
import { OAuthError, Outage } from '@tessera/vocabulary';
import type { CompletedAuthorization } from './authorization-completion.js';
import { refusalReply } from './authorization-replies.js';
import type { Cookies } from './open-interaction.js';

/** The service that issues (decision 16). */
export interface FrontChannelTokenIssuer {
  /** Throws an Outage when it is not known whether tokens were made, an OAuthError when none are. */
  issue(issuance: FrontChannelIssuance): Promise<FrontChannelTokens>;
}

const CODE_ALONE = { accessToken: null, idToken: null };

/** Successful responses: for `code` at once, for response types with tokens after one question to token. */
export class AuthorizationResponses {
  constructor(
    private readonly issuer: string,
    private readonly tokens: FrontChannelTokenIssuer,
  ) {}

  /**
   * What is committed cannot be done again: where the tokens of a response are not to be had, the client is told so at its redirect
   * URI, and may ask again. Nothing it could present has left us by then.
   */
  async reply(request: AuthorizationRequest, { code, grant }: CompletedAuthorization, cookies: Cookies): Promise<InteractionReply> {
    if (!isFrontChannel(request.responseType)) return this.success(request, { code, ...CODE_ALONE }, cookies);
    const { clientId, responseType, state } = request;
    try {
      const tokens = await this.tokens.issue({ clientId, grant, responseType, code, state });
      return this.success(request, { code, ...tokens }, cookies);
    } catch (error) {
      if (error instanceof OAuthError) return refusalReply(request, error, this.issuer, cookies);
      if (error instanceof Outage) return refusalReply(request, new OAuthError('authorization_response.tokens_unavailable'), this.issuer, cookies);
      throw error;
    }
  }

  /** RFC 6749 §4.1.2, to the proven redirect URI. */
  private success(request: AuthorizationRequest, parts: ResponseParts, cookies: Cookies): InteractionReply {
    const { responseMode: mode, redirectUri, clientId } = request;
    const parameters = successParameters(request, parts, this.issuer);
    // Session Management §3.2: with an authentication response, which is one that `openid` asked for.
    const session = request.scope.includes('openid') ? { sessionOf: clientId } : {};
    return { kind: 'response', mode, redirectUri, parameters, reason: null, ...session, ...cookies };
  }
}

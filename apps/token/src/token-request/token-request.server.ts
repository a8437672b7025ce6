import { Controller, Inject } from '@nestjs/common';
import { Token } from '@tessera/contracts';
import { type ServedCall, Serves } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import { answerTokenRequest, type TokenRequestPorts } from '@tessera/protocol/token-request';

/** What the token endpoint needs of this process. */
export const TOKEN_REQUEST_PORTS = Symbol('TokenRequestPorts');

/** What the token endpoint needs, and who hears of what it does not answer with a token. */
export interface TokenEndpointPorts extends TokenRequestPorts<ServedCall> {
  failed?(error: unknown): void;
}

/** The token endpoint (RFC 6749 §3.2). */
@Controller()
export class TokenRequestServer {
  constructor(@Inject(TOKEN_REQUEST_PORTS) private readonly ports: TokenEndpointPorts) {}

  @Serves(Token)
  async token(request: EdgeRequest, call: ServedCall): Promise<EndpointReply> {
    try {
      return await answerTokenRequest(request, this.ports, call);
    } catch (error) {
      this.ports.failed?.(error);
      throw error;
    }
  }
}

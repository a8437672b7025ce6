import { Controller, Inject } from '@nestjs/common';
import { PushedAuthorizationRequest } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { EdgeRequest, EndpointReply } from '@tessera/protocol/edge';
import {
  answerPushedAuthorizationRequest,
  type PushedAuthorizationRequestPolicy,
  type PushedAuthorizationRequestPorts,
} from '@tessera/protocol/pushed-authorization-request';

/** What the endpoint needs of this process. */
export interface PushedAuthorizationRequestEndpoint {
  readonly ports: PushedAuthorizationRequestPorts;
  readonly policy: PushedAuthorizationRequestPolicy;
}

/** Where a {@link PushedAuthorizationRequestEndpoint} is found. */
export const PUSHED_AUTHORIZATION_REQUEST_ENDPOINT = Symbol('PushedAuthorizationRequestEndpoint');

/** The pushed authorization request endpoint (RFC 9126 §2). */
@Controller()
export class PushedAuthorizationRequestServer {
  constructor(@Inject(PUSHED_AUTHORIZATION_REQUEST_ENDPOINT) private readonly endpoint: PushedAuthorizationRequestEndpoint) {}

  @Serves(PushedAuthorizationRequest)
  push(request: EdgeRequest): Promise<EndpointReply> {
    return answerPushedAuthorizationRequest(request, this.endpoint.ports, this.endpoint.policy);
  }
}

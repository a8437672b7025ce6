import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { PushedAuthorizationRequest } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';

/** RFC 9126 §2: the form goes to authorization, which authenticates the client as at the token endpoint. */
@Controller()
export class PushedAuthorizationRequestEndpoint {
  constructor(@Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder) {}

  @Post(ENDPOINT_PATHS.pushedAuthorizationRequest)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(PushedAuthorizationRequest, request, reply);
  }
}

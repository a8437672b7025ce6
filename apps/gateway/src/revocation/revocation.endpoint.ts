import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { Revocation } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';

/** RFC 7009 §2: the form goes to token; an unknown token is a success too. */
@Controller()
export class RevocationEndpoint {
  constructor(@Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder) {}

  @Post(ENDPOINT_PATHS.revocation)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(Revocation, request, reply);
  }
}

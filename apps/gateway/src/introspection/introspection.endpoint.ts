import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { Introspection } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';

/** RFC 7662 §2: the form goes to token; resource servers authenticate as clients do. */
@Controller()
export class IntrospectionEndpoint {
  constructor(@Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder) {}

  @Post(ENDPOINT_PATHS.introspection)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(Introspection, request, reply);
  }
}

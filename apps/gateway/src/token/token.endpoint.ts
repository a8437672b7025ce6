import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { Token } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';
import { PasswordParameter } from './password-parameter.js';

/** RFC 6749 §3.2: the form goes to token, which authenticates the client and decides. */
@Controller()
export class TokenEndpoint {
  constructor(
    @Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder,
    @Inject(PasswordParameter) private readonly password: PasswordParameter,
  ) {}

  @Post(ENDPOINT_PATHS.token)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(Token, request, reply, (edge) => this.password.seal(edge));
  }
}

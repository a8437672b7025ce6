import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { BackchannelAuthentication } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';
import { UserCodeParameter } from './user-code-parameter.js';

/** CIBA Core §7: the form goes to device-ciba, which authenticates the client as at the token endpoint. */
@Controller()
export class BackchannelAuthenticationEndpoint {
  constructor(
    @Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder,
    @Inject(UserCodeParameter) private readonly userCode: UserCodeParameter,
  ) {}

  @Post(ENDPOINT_PATHS.backchannelAuthentication)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(BackchannelAuthentication, request, reply, (edge) => this.userCode.seal(edge));
  }
}

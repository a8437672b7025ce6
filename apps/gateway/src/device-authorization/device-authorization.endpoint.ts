import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { DeviceAuthorization } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EndpointForwarder } from '../http/index.js';

/** RFC 8628 §3.1: the form goes to device-ciba, which authenticates the client as at the token endpoint (DEV-3). */
@Controller()
export class DeviceAuthorizationEndpoint {
  constructor(@Inject(EndpointForwarder) private readonly forwarder: EndpointForwarder) {}

  @Post(ENDPOINT_PATHS.deviceAuthorization)
  answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.forwarder.forward(DeviceAuthorization, request, reply);
  }
}

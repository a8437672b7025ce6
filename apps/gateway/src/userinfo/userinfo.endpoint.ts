import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { Userinfo } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerAs, BoundedOwners, edgeRequest } from '../http/index.js';

/**
 * OIDC Core §5.3.1: by GET or POST. A refused token is no failed client authentication and counts for nobody: tokens are not
 * guessed, they expire.
 */
@Controller()
export class UserinfoEndpoint {
  constructor(@Inject(BoundedOwners) private readonly owners: BoundedOwners) {}

  @Get(ENDPOINT_PATHS.userinfo)
  answerQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.tell(request, reply);
  }

  @Post(ENDPOINT_PATHS.userinfo)
  answerForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.tell(request, reply);
  }

  private async tell(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    answerAs(await this.owners.call(Userinfo, edgeRequest(request), request.arrival.context), reply);
  }
}

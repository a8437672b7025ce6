import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { Authorization } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserCookies } from '../browser/index.js';
import { BoundedOwners, edgeRequest } from '../http/index.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';

/** RFC 6749 §3.1, OIDC Core §3.1.2.1: by GET or POST alike. HEAD and prefetch do not come here (AUT-10). */
@Controller()
export class AuthorizationEndpoint {
  constructor(
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
  ) {}

  @Get(ENDPOINT_PATHS.authorization)
  answerQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.authorize(request, reply);
  }

  /** A form of another site comes without our cookies, which are Lax; its owner binds it to the browser of the GET that follows. */
  @Post(ENDPOINT_PATHS.authorization)
  answerForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.authorize(request, reply);
  }

  private async authorize(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const interaction = await this.owners.call(Authorization, { edge: edgeRequest(request), browser }, request.arrival.context);
    this.answers.answer(interaction, { request, browser, submitted: null }, reply);
  }
}

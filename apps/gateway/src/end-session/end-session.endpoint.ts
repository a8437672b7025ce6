import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { EndSession } from '@tessera/contracts';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserCookies } from '../browser/index.js';
import { BoundedOwners, edgeRequest } from '../http/index.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';

/** RP-Initiated Logout 1.0 §2: by GET or POST alike. Whether the person has to confirm is the owner's decision (LOG-2). */
@Controller()
export class EndSessionEndpoint {
  constructor(
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
  ) {}

  @Get(ENDPOINT_PATHS.endSession)
  answerQuery(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.end(request, reply);
  }

  @Post(ENDPOINT_PATHS.endSession)
  answerForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.end(request, reply);
  }

  private async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const interaction = await this.owners.call(EndSession, { edge: edgeRequest(request), browser }, request.arrival.context);
    this.answers.answer(interaction, { request, browser, submitted: null }, reply);
  }
}

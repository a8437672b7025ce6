import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ENDPOINT_PATHS } from '@tessera/protocol/edge';
import type { FastifyReply } from 'fastify';
import { answerCacheable, CACHEABLE, HTML_TYPE, ISSUER } from '../http/index.js';
import { type CheckSessionPage, checkSessionPage } from './check-session-script.js';
import { sessionStateCookie } from './session-states.js';

/** `check_session_iframe` (Session Management §3.3): one page for everybody, so it asks nobody and may be cached. */
@Controller()
export class CheckSessionEndpoint {
  private readonly page: CheckSessionPage;

  constructor(@Inject(ISSUER) issuer: string) {
    this.page = checkSessionPage(sessionStateCookie(issuer));
  }

  @Get(ENDPOINT_PATHS.checkSession)
  answer(@Res() reply: FastifyReply): void {
    reply.header('Content-Security-Policy', this.page.contentSecurityPolicy).header('Cross-Origin-Resource-Policy', 'cross-origin');
    answerCacheable(this.page.html, CACHEABLE.metadata, reply, HTML_TYPE);
  }
}

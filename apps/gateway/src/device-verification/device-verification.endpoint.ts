import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { EnterUserCode } from '@tessera/contracts';
import type { Browser } from '@tessera/protocol/interaction';
import { USER_CODE_INPUT_LENGTH_MAX } from '@tessera/vocabulary';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertOwnForm, BrowserCookies, formToken, newBrowserHandle } from '../browser/index.js';
import { BoundedOwners, formOctets, ISSUER, PAGE_PATHS, parseFormBody, parseQuery } from '../http/index.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';
import { valueOf } from '../interaction/interaction-form.js';
import { answerPage, Pages, type UserCodeForm } from '../pages/index.js';

/**
 * RFC 8628 §3.3: where a person enters the user code of a device. `verification_uri_complete` fills the field in and does nothing
 * else (§3.3.1, DEV-5): what names a device is sent by the person, with a form of ours. The interaction that follows is like any
 * other.
 */
@Controller()
export class DeviceVerificationEndpoint {
  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get(PAGE_PATHS.device)
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const typed = valueOf(parseQuery(request.arrival.query), 'user_code') ?? '';
    this.render({ typed: typed.slice(0, USER_CODE_INPUT_LENGTH_MAX), problem: null, waitSeconds: null }, this.cookies.present(request), reply);
  }

  @Post(PAGE_PATHS.device)
  async enter(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { context } = request.arrival;
    const browser = this.cookies.present(request);
    const fields = parseFormBody(formOctets(request));
    assertOwnForm(request, this.issuer, { browser: browser.browser, token: valueOf(fields, 'csrf'), purpose: 'device:user-code' });
    const typed = (valueOf(fields, 'user_code') ?? '').slice(0, USER_CODE_INPUT_LENGTH_MAX);
    // An empty field is no guess.
    if (typed.trim() === '') return this.render({ typed: '', problem: 'missing', waitSeconds: null }, browser, reply);
    const entered = await this.owners.call(EnterUserCode, { userCode: typed, browser }, context);
    if (entered.kind === 'again') return this.render({ typed, problem: entered.problem, waitSeconds: entered.waitSeconds }, browser, reply);
    this.cookies.change({ session: { change: 'keep' }, browser: entered.browser }, reply, entered.interaction);
    this.answers.leadTo(entered.interaction, reply);
  }

  private render(entry: UserCodeForm, browser: Browser, reply: FastifyReply): void {
    const handle = browser.browser ?? newBrowserHandle();
    if (browser.browser === null) this.cookies.bind(handle, reply);
    if (entry.waitSeconds !== null) reply.header('Retry-After', String(entry.waitSeconds));
    answerPage(this.pages.userCode(entry, formToken(handle, 'device:user-code')), reply);
  }
}

import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ShowInteraction, SubmitInteraction } from '@tessera/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertOwnForm, BrowserCookies } from '../browser/index.js';
import { BoundedOwners, ISSUER, PAGE_PATHS, parseQuery } from '../http/index.js';
import { SecretSeal } from '../sealing/secret-seal.js';
import { InteractionAnswers } from './interaction-answers.js';
import { interactionForm, interactionHandle } from './interaction-form.js';

/**
 * Where a person answers (decision 15, §10.B): GET shows the step an interaction is at, POST takes the answer. What is decided is
 * authorization's; here the form is proven to be ours (UIX-4) and the password sealed.
 */
@Controller()
export class InteractionEndpoint {
  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
    @Inject(SecretSeal) private readonly secrets: SecretSeal,
  ) {}

  @Get(PAGE_PATHS.interaction)
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { context, query } = request.arrival;
    const interaction = interactionHandle(parseQuery(query));
    const browser = this.cookies.present(request, interaction);
    const shown = await this.owners.call(ShowInteraction, { interaction, browser }, context);
    this.answers.answer(shown, { request, browser, submitted: null }, reply);
  }

  @Post(PAGE_PATHS.interaction)
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { context } = request.arrival;
    const { requestId } = context;
    const { interaction, step, csrf, input, password } = interactionForm(request);
    const browser = this.cookies.present(request, interaction);
    assertOwnForm(request, this.issuer, { browser: browser.browser, token: csrf, purpose: `interaction:${interaction}` });
    if (password !== undefined) input.push(['sealed_password', this.secrets.seal(password, 'sign-in', requestId)]);
    const next = await this.owners.call(SubmitInteraction, { interaction, step, input, browser, requestId }, context);
    this.answers.answer(next, { request, browser, submitted: step }, reply);
  }
}

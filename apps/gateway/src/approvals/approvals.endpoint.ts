import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ShowApprovals } from '@tessera/contracts';
import { type ApprovalChange, type ApprovalOutcome, type ApprovalsReply } from '@tessera/protocol/backchannel-authentication';
import type { Browser } from '@tessera/protocol/interaction';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertOwnForm, BrowserCookies, formToken, isFormToken, newBrowserHandle } from '../browser/index.js';
import { BoundedOwners, type FormParameters, formOctets, ISSUER, PAGE_PATHS, parseFormBody, parseQuery } from '../http/index.js';
import { InteractionAnswers, redirect } from '../interaction/interaction-answers.js';
import { valueOf } from '../interaction/interaction-form.js';
import { answerPage, type ApprovalsShown, Pages } from '../pages/index.js';
import { approvalChange } from './approvals-form.js';

/**
 * The approval inbox (CIBA Core §8, CIB-5): what waits for whoever is signed in, and their answer. An answer leads back to the page
 * with a word about it, which counts only in the browser that answered, so that a reload answers nothing twice.
 */
@Controller()
export class ApprovalsEndpoint {
  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
    @Inject(Pages) private readonly pages: Pages,
  ) {}

  @Get(PAGE_PATHS.approvals)
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const outcome = outcomeOf(parseQuery(request.arrival.query), browser);
    const shown = await this.ask(request, browser, null);
    if (shown.kind === 'continue') return this.leadToSignIn(shown, reply);
    this.render({ ...shown, outcome }, browser, reply);
  }

  @Post(PAGE_PATHS.approvals)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const fields = parseFormBody(formOctets(request));
    assertOwnForm(request, this.issuer, { browser: browser.browser, token: valueOf(fields, 'csrf'), purpose: 'approvals:approvals' });
    const shown = await this.ask(request, browser, approvalChange(fields));
    if (shown.kind === 'continue') return this.leadToSignIn(shown, reply);
    if (shown.outcome === null || browser.browser === null) return this.render(shown, browser, reply);
    redirect(`${this.pages.addresses.approvals}?done=${shown.outcome}&proof=${formToken(browser.browser, `notice:${shown.outcome}`)}`, reply);
  }

  private ask(request: FastifyRequest, browser: Browser, change: ApprovalChange | null): Promise<ApprovalsReply> {
    const { context } = request.arrival;
    return this.owners.call(ShowApprovals, { browser, change, requestId: context.requestId }, context);
  }

  private render(shown: ApprovalsShown, browser: Browser, reply: FastifyReply): void {
    const handle = browser.browser ?? newBrowserHandle();
    if (browser.browser === null) this.cookies.bind(handle, reply);
    answerPage(this.pages.approvals(shown, formToken(handle, 'approvals:approvals')), reply);
  }

  private leadToSignIn(next: Extract<ApprovalsReply, { kind: 'continue' }>, reply: FastifyReply): void {
    this.cookies.change(next, reply, next.interaction);
    this.answers.leadTo(next.interaction, reply);
  }
}

const OUTCOMES: ReadonlySet<string> = new Set<ApprovalOutcome>(['approved', 'denied', 'silenced', 'wrong_number', 'needs_number', 'gone', 'not_possible', 'listening', 'enrolled', 'withdrawn', 'not_enrolled']);

/** What the address says became of an answer, if this browser was told so. */
function outcomeOf(parameters: FormParameters, { browser }: Browser): ApprovalOutcome | null {
  const [done, proof] = [valueOf(parameters, 'done'), valueOf(parameters, 'proof')];
  if (browser === null || done === undefined || proof === undefined || !isOutcome(done)) return null;
  return isFormToken(proof, browser, `notice:${done}`) ? done : null;
}

function isOutcome(text: string): text is ApprovalOutcome {
  return OUTCOMES.has(text);
}

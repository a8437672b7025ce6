import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { AccountPage } from '@tessera/contracts';
import type { AccountChange, AccountPageReply } from '@tessera/protocol/account';
import type { Browser } from '@tessera/protocol/interaction';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertOwnForm, BrowserCookies, formToken, isFormToken, newBrowserHandle } from '../browser/index.js';
import { BoundedOwners, type FormParameters, formOctets, ISSUER, PAGE_PATHS, parseFormBody, parseQuery } from '../http/index.js';
import { InteractionAnswers, redirect } from '../interaction/interaction-answers.js';
import { valueOf } from '../interaction/interaction-form.js';
import { type AccountDone, type AccountShown, answerPage, Pages } from '../pages/index.js';
import { SecretSeal } from '../sealing/secret-seal.js';
import { accountChange } from './account-form.js';

/**
 * The account page (UIX-9). A change that was made leads back to the page with a word of confirmation, which counts only in the
 * browser that made it; one that was not made is told at once.
 */
@Controller()
export class AccountEndpoint {
  constructor(
    @Inject(ISSUER) private readonly issuer: string,
    @Inject(BoundedOwners) private readonly owners: BoundedOwners,
    @Inject(BrowserCookies) private readonly cookies: BrowserCookies,
    @Inject(InteractionAnswers) private readonly answers: InteractionAnswers,
    @Inject(Pages) private readonly pages: Pages,
    @Inject(SecretSeal) private readonly secrets: SecretSeal,
  ) {}

  @Get(PAGE_PATHS.account)
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const parameters = parseQuery(request.arrival.query);
    const shown = await this.ask(request, browser, null);
    if (shown.kind === 'account') this.render({ ...shown, done: doneOf(parameters, browser) }, browser, reply);
    else this.leadToSignIn(shown, reply);
  }

  @Post(PAGE_PATHS.account)
  async change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const browser = this.cookies.present(request);
    const fields = parseFormBody(formOctets(request));
    assertOwnForm(request, this.issuer, { browser: browser.browser, token: valueOf(fields, 'csrf'), purpose: 'account:account' });
    const shown = await this.ask(request, browser, accountChange(fields, this.secrets, request.arrival.context.requestId));
    if (shown.kind === 'continue') return this.leadToSignIn(shown, reply);
    if (shown.done === null || browser.browser === null) return this.render(shown, browser, reply);
    this.cookies.change({ session: shown.session, browser: null }, reply);
    redirect(`${this.pages.addresses.account}?done=${shown.done}&proof=${formToken(browser.browser, `notice:${shown.done}`)}`, reply);
  }

  private ask(request: FastifyRequest, browser: Browser, change: AccountChange | null): Promise<AccountPageReply> {
    const { context } = request.arrival;
    return this.owners.call(AccountPage, { browser, change, requestId: context.requestId }, context);
  }

  private render(shown: AccountShown, browser: Browser, reply: FastifyReply): void {
    const handle = browser.browser ?? newBrowserHandle();
    this.cookies.change({ session: shown.session, browser: browser.browser === null ? handle : null }, reply);
    answerPage(this.pages.account(shown, formToken(handle, 'account:account')), reply);
  }

  private leadToSignIn(next: Extract<AccountPageReply, { kind: 'continue' }>, reply: FastifyReply): void {
    this.cookies.change(next, reply, next.interaction);
    this.answers.leadTo(next.interaction, reply);
  }
}

const DONE: ReadonlySet<string> = new Set<AccountDone>(['end-session', 'end-other-sessions', 'end-access', 'change-password', 'set-user-code', 'remove-user-code']);

/** What the address says was done, if this browser was told so: nobody can make up a confirmation for somebody else. */
function doneOf(parameters: FormParameters, { browser }: Browser): AccountDone | null {
  const [done, proof] = [valueOf(parameters, 'done'), valueOf(parameters, 'proof')];
  if (browser === null || done === undefined || proof === undefined || !isDone(done)) return null;
  return isFormToken(proof, browser, `notice:${done}`) ? done : null;
}

function isDone(text: string): text is AccountDone {
  return DONE.has(text);
}

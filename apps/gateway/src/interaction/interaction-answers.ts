import { encodeAuthorizationResponse } from '@tessera/protocol/authorization-response';
import type { Browser, InteractionReply, StepName } from '@tessera/protocol/interaction';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BrowserCookies, formToken, newBrowserHandle } from '../browser/index.js';
import type { RefusalRecord } from '../http/index.js';
import type { SessionStates } from '../session-management/session-states.js';
import { answerPage, type Pages, type StepReply } from '../pages/index.js';

/** Who asked, and with what. */
export interface Asked {
  readonly request: FastifyRequest;
  readonly browser: Browser;
  /** The step whose form was sent; null where nothing was sent. */
  readonly submitted: StepName | null;
}

type ResponseReply = Extract<InteractionReply, { kind: 'response' }>;

/**
 * Turns where an interaction stands into HTTP. Every redirect is 303, so that no browser sends a password on to a client
 * (RFC 9700 §4.12, AUT-5).
 */
export class InteractionAnswers {
  constructor(
    private readonly pages: Pages,
    private readonly cookies: BrowserCookies,
    private readonly record: Pick<RefusalRecord, 'redirected'>,
    private readonly sessionStates: SessionStates,
  ) {}

  answer(interaction: InteractionReply, asked: Asked, reply: FastifyReply): void {
    this.cookies.change(interaction, reply, 'interaction' in interaction ? interaction.interaction : undefined);
    switch (interaction.kind) {
      case 'continue':
        return this.leadTo(interaction.interaction, reply);
      case 'step':
        return this.showStep(interaction, asked, reply);
      case 'response':
        return this.respond(interaction, asked, reply);
      case 'signed-out':
        return answerPage(this.pages.signedOut(interaction.client), reply);
      case 'front-channel-logout':
        return answerPage(this.pages.frontchannelLogout(interaction), reply);
      case 'device':
        return answerPage(this.pages.deviceResult(interaction.outcome, interaction.client), reply);
      case 'account':
        return redirect(this.pages.addresses[interaction.page ?? 'account'], reply);
    }
  }

  /** To the address of an interaction. Its handle is all that stands there, and is of no use in another browser (UIX-3, PAR-5). */
  leadTo(interaction: string, reply: FastifyReply): void {
    redirect(`${this.pages.addresses.interaction}?interaction=${interaction}`, reply);
  }

  private showStep(step: StepReply, { browser, submitted }: Asked, reply: FastifyReply): void {
    // The next step has its own page, so that a reload sends no form again. The same step came back because of a problem, which is
    // told here and stored nowhere.
    if (submitted !== null && submitted !== step.page.step) return this.leadTo(step.interaction, reply);
    const known = step.browser ?? browser.browser;
    const handle = known ?? newBrowserHandle();
    if (known === null) this.cookies.bind(handle, reply);
    if (step.page.step === 'password' && step.page.waitSeconds !== null) reply.header('Retry-After', String(step.page.waitSeconds));
    answerPage(this.pages.step(step, formToken(handle, `interaction:${step.interaction}`)), reply);
  }

  private respond({ mode, redirectUri, parameters: stated, reason, sessionOf, session }: ResponseReply, { request, browser }: Asked, reply: FastifyReply): void {
    if (reason !== null) this.record.redirected(reason, request);
    const parameters = [...stated, ...this.sessionStates.parameters(sessionOf, redirectUri, session, browser, reply)];
    const encoded = encodeAuthorizationResponse(mode, redirectUri, parameters);
    if (encoded.kind === 'redirect') redirect(encoded.location, reply);
    else answerPage(this.pages.formPost(encoded.action, encoded.fields), reply);
  }
}

/** 303 (RFC 9110 §15.4.4): whatever came, what follows is a GET. */
export function redirect(location: string, reply: FastifyReply): void {
  reply.code(303).header('Location', location).send();
}

import { randomBytes } from 'node:crypto';
import type { ClientView, DeviceOutcome, InteractionReply } from '@tessera/protocol/interaction';
import { accountPage, type AccountShown } from './account-page.js';
import { approvalsPage, type ApprovalsShown } from './approvals-page.js';
import { deviceResultPage, type UserCodeForm, userCodePage } from './device-pages.js';
import { errorPage, type PageProblem } from './error-page.js';
import { document, type Frame } from './layout.js';
import { formPostPage, frontchannelLogoutPage, signedOutPage } from './leaving-pages.js';
import { type Page, pageAddresses, type PageAddresses } from './page.js';
import { stepPage } from './step-pages.js';
import { languageFor } from './texts/index.js';

/** An interaction at a step. */
export type StepReply = Extract<InteractionReply, { kind: 'step' }>;

/** A logout with clients to be told in frames. */
export type FrontchannelLogoutReply = Extract<InteractionReply, { kind: 'front-channel-logout' }>;

const TOO_MANY_REQUESTS = 429;

/** Every page there is, written for one issuer. */
export class Pages {
  readonly addresses: PageAddresses;

  constructor(issuer: string) {
    this.addresses = pageAddresses(issuer);
  }

  /** The page of a step. A wrong password is 200 like the first try, for every account alike (UIX-6). */
  step({ page, interaction, formTargets, uiLocales }: StepReply, csrf: string): Page {
    const frame = this.frame(uiLocales);
    const status = page.step === 'password' && page.problem === 'too_many' ? TOO_MANY_REQUESTS : 200;
    return { status, html: document(frame, stepPage(page, { interaction, csrf }, frame)), formTargets, scriptNonce: null };
  }

  /** Where a user code is entered; `typed` is what stands in the field. */
  userCode(entry: UserCodeForm, csrf: string): Page {
    const frame = this.frame();
    const status = entry.problem === 'too_many' ? TOO_MANY_REQUESTS : 200;
    return { status, html: document(frame, userCodePage(entry, csrf, frame)), formTargets: [], scriptNonce: null };
  }

  /** What happens on a device after somebody decided. */
  deviceResult(outcome: DeviceOutcome, client: ClientView | null): Page {
    const frame = this.frame();
    return { status: 200, html: document(frame, deviceResultPage(outcome, client, frame)), formTargets: [], scriptNonce: null };
  }

  signedOut(client: ClientView | null): Page {
    const frame = this.frame();
    return { status: 200, html: document(frame, signedOutPage(client, frame)), formTargets: [], scriptNonce: null };
  }

  /** After a logout that other clients are told of in frames (LOG-5). */
  frontchannelLogout(logout: FrontchannelLogoutReply): Page {
    return frontchannelLogoutPage(logout, randomBytes(16).toString('base64url'), this.frame());
  }

  account(shown: AccountShown, csrf: string): Page {
    const frame = this.frame();
    return { status: 200, html: document(frame, accountPage(shown, csrf, frame)), formTargets: [], scriptNonce: null };
  }

  /** The inbox of whoever is signed in. */
  approvals(shown: ApprovalsShown, csrf: string): Page {
    const frame = this.frame();
    const nonce = newNonce();
    return { status: 200, html: document(frame, approvalsPage(shown, csrf, frame, nonce)), formTargets: [], scriptNonce: nonce, asksBack: true, hasWorker: shown.push !== undefined };
  }

  error(problem: PageProblem): Page {
    return errorPage(problem, this.frame());
  }

  /** @param action the proven redirect URI. */
  formPost(action: string, fields: readonly (readonly [string, string])[]): Page {
    return formPostPage(action, fields, newNonce(), this.frame());
  }

  private frame(uiLocales: readonly string[] = []): Frame {
    return { addresses: this.addresses, language: languageFor(uiLocales) };
  }
}

/** 128 bits, for one script of one answer (CSP 3 §2.3.1). */
function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

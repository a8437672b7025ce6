import { ACTIONS, type ActionName, FLOWS, isAction } from '../relying-party/flows.js';
import type { TokenSet } from '../relying-party/token-set.js';
import type { Failure, Run } from '../runs/run.js';
import { html, type Content, type Html } from './html.js';
import { page } from './layout.js';
import { buttonForm } from './parts.js';
import { sequenceView } from './sequence-view.js';
import { stepView } from './step-view.js';

/** What a page needs to know besides what it shows. */
export interface PageContext {
  readonly issuer: string;
  readonly nowMs: number;
}

/** The story of one run, top to bottom. */
export function runPage(run: Run, tokens: TokenSet | null, context: PageContext): Html {
  const content = html`<p class="crumbs"><a href="/">All flows</a></p>
<h1>${run.title}</h1>
<p class="lead">${run.summary}</p>
${outcomeView(run, tokens)}
${nextView(tokens)}
${sequenceView(run.steps)}
<h2 id="step-by-step">Step by step</h2>
<ol class="timeline">${run.steps.map((step, index) => stepView(step, index + 1, context.nowMs))}</ol>
${run.steps.length > 4 && nextView(tokens, 'And now?')}`;
  return page({ title: run.title, issuer: context.issuer, content });
}

function outcomeView(run: Run, tokens: TokenSet | null): Html {
  const { outcome } = run;
  if (outcome.kind === 'failed') return failureView(outcome.failure, run, tokens);
  return html`<p class="outcome ${outcome.kind}" role="status"><strong>${outcome.kind === 'done' ? 'It worked.' : 'Not finished.'}</strong> ${outcome.text}</p>`;
}

function failureView(failure: Failure, run: Run, tokens: TokenSet | null): Html {
  const { title, code, description, requestId, explanation } = failure;
  return html`<section class="outcome failed" role="alert" aria-labelledby="failure">
<h2 id="failure">${title}${code !== null && html`: <span class="code">${code}</span>`}</h2>
${description !== null && html`<p>The words of the answer: “${description}”</p>`}
<p>${explanation}</p>
${requestId !== null && html`<p>Request id <span class="code">${requestId}</span>: with it the provider’s log tells the reason.</p>`}
${tryAgain(run, tokens)}
</section>`;
}

function tryAgain(run: Run, tokens: TokenSet | null): Content {
  if (isAction(run.name) && tokens !== null && tokens.ended === null) return actionButton(run.name, tokens, 'Try again');
  const flow = FLOWS.find(({ id }) => id === run.name);
  if (flow === undefined) return html`<p><a class="button" href="/">Back to all flows</a></p>`;
  if (flow.kind === 'password') return html`<p><a class="button" href="/#${flow.id}">Try again</a></p>`;
  return buttonForm({ action: `/flows/${flow.id}`, label: 'Try again', primary: true });
}

/** What can be done with tokens; only what these tokens and this client can do. */
export function actionsFor(tokens: TokenSet): readonly ActionName[] {
  const { subject, refreshToken, idToken, confidential, session, metadata } = tokens;
  const person = subject !== null || idToken !== null;
  const possible: Readonly<Record<ActionName, boolean>> = {
    userinfo: person && metadata.userinfo_endpoint !== undefined,
    refresh: refreshToken !== null,
    introspect: confidential && metadata.introspection_endpoint !== undefined,
    revoke: metadata.revocation_endpoint !== undefined,
    'revoke-refresh': refreshToken !== null && metadata.revocation_endpoint !== undefined,
    'sign-out': session && metadata.end_session_endpoint !== undefined,
  };
  return NAMES.filter((name) => possible[name]);
}

const NAMES: readonly ActionName[] = ['userinfo', 'refresh', 'introspect', 'revoke', 'revoke-refresh', 'sign-out'];

function nextView(tokens: TokenSet | null, title = 'Go on'): Html | null {
  if (tokens === null || tokens.ended !== null) return null;
  return html`<section class="next" aria-label="${title}"><h2>${title}</h2>${actionButtons(tokens)}</section>`;
}

function actionButton(name: ActionName, tokens: TokenSet, label: string): Html {
  return buttonForm({ action: `/actions/${name}`, label, fields: html`<input type="hidden" name="tokens" value="${tokens.id}">` });
}

/** A button for each thing that can be done with these tokens. */
export function actionButtons(tokens: TokenSet): Html {
  const forms = actionsFor(tokens).map((name) => actionButton(name, tokens, ACTIONS[name].button));
  const publicClient = !tokens.confidential && html`<p class="aside">A public client has no secret, so it cannot ask what a token is worth: only an API or a confidential client may.</p>`;
  return html`<div class="buttons">${forms}</div>${publicClient}`;
}

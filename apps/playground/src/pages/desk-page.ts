import type { DemoCredentials } from '../relying-party/demo-credentials.js';
import { deskState, type WaitingDesk } from '../relying-party/call-centre.js';
import type { TokenSet } from '../relying-party/token-set.js';
import { html, type Content, type Html } from './html.js';
import { page } from './layout.js';
import { buttonForm } from './parts.js';
import { actionButtons, type PageContext } from './run-page.js';
import { WATCH_PATH } from './watch-script.js';

type Person = DemoCredentials['users'][number];

/** A pretended call centre, and the customer's phone beside it: what ties them together is said on the telephone. */
export function deskPage(desk: WaitingDesk, tokens: TokenSet | null, person: Person | null, { issuer, nowMs }: PageContext): Html {
  const state = deskState(desk, nowMs);
  const content = html`<p class="crumbs"><a href="/">All flows</a></p>
<h1>${desk.run.title}</h1>
<p class="lead">${desk.run.summary}</p>
<div class="living-room" data-watch="/desks/${desk.run.id}/state" data-state="${state}">
<section class="tv" aria-labelledby="desk"><h2 id="desk" class="visually-hidden">The call centre</h2><div class="screen">${screen(desk, state)}</div></section>
<section class="phone" aria-labelledby="phone"><h2 id="phone" class="visually-hidden">The customer’s phone</h2><div class="screen">${phone(desk, state, person)}</div></section>
${state === 'waiting' && html`<p class="again" data-again><a class="button" href="/desks/${desk.run.id}">Look at the call centre again</a></p>`}
</div>
${tokens !== null && tokens.ended === null && html`<section class="next" aria-label="Go on"><h2>Go on</h2>${actionButtons(tokens)}</section>`}
<p><a href="/runs/${desk.run.id}">See every request of this flow, step by step</a></p>
<script src="${WATCH_PATH}" defer></script>`;
  return page({ title: desk.run.title, issuer, content });
}

function screen(desk: WaitingDesk, state: ReturnType<typeof deskState>): Content {
  const again = (label: string) => buttonForm({ action: `/flows/${desk.flowId}`, label, primary: state !== 'waiting' });
  switch (state) {
    case 'waiting':
      return html`<p class="big">On the line: ${desk.customer}</p>
<p>Say: “I have sent you a request. ${desk.number === null ? 'Approve it if it says exactly this:' : 'Pick this number:'}”</p>
<p class="user-code">${desk.number ?? desk.message}</p>
<p role="status">Waiting for the customer …</p>
${again('Ask again')}`;
    case 'done':
      return html`<p class="big">It is ${desk.customer}</p><p role="status">${desk.run.outcome.kind === 'done' && desk.run.outcome.text} The agent may go on.</p>${again('Next call')}`;
    case 'ended':
      return html`<p class="big">Nobody answered</p><p role="status">The request has ended.</p>${again('Ask again')}`;
    case 'failed':
      return html`<p class="big">Not approved</p><p role="alert">${desk.run.outcome.kind === 'failed' && desk.run.outcome.failure.explanation}</p>${again('Ask again')}`;
  }
}

function phone(desk: WaitingDesk, state: ReturnType<typeof deskState>, person: Person | null): Content {
  if (state !== 'waiting') return html`<p>Nothing waits on the phone.</p>`;
  return html`<p>This stands for the customer’s phone. It opens the approvals of whoever is signed in there:</p>
<p class="code">${desk.approvals}</p>
<p><a class="button primary" href="${desk.approvals}" target="_blank" rel="noopener">Open it on the phone</a></p>
${person !== null && html`<p class="light">Sign in as <strong>${person.username}</strong> with <span class="code">${person.password}</span></p>`}
<p class="light">Leave it open: the next request shows up by itself.</p>`;
}

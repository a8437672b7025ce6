import type { ApprovalsReply, ApprovalView } from '@tessera/protocol/backchannel-authentication';
import type { ClientView } from '@tessera/protocol/interaction';
import { type Fragment, type Html, html } from './html.js';
import { clientBadge, type Frame, hidden, monogram, type PageContent, personChip, policies } from './layout.js';
import { PUSH_SCRIPT, pushSection } from './push-section.js';
import { REVEAL_MINUTES_MAX } from './style-sheet.js';

/** The inbox as its owner shows it. */
export type ApprovalsShown = Extract<ApprovalsReply, { kind: 'approvals' }>;

type Outcome = NonNullable<ApprovalsShown['outcome']>;

const MINUTE_SECONDS = 60;
/** Characters of a handle in the id of an element: enough to tell three apart. */
const ID_LENGTH = 8;
const GOOD: ReadonlySet<Outcome> = new Set(['approved', 'denied', 'silenced', 'listening', 'enrolled', 'withdrawn']);

/**
 * The approval inbox (CIBA Core §8, CIB-3): who asks, what for, and the text to compare, word for word. Complete without JavaScript;
 * with it the script looks for news and changes the part called `inbox`, and nothing is sent by itself.
 */
export function approvalsPage(shown: ApprovalsShown, csrf: string, frame: Frame, nonce: string): PageContent {
  const { approvals } = frame.language.texts;
  const { waiting, person } = shown;
  const main = html`<p class="aside" id="news" role="status" data-news="${approvals.news}"></p>
<div class="inbox" id="inbox" data-waiting="${waiting.map(({ approval }) => approval.slice(0, ID_LENGTH)).join(' ')}">
${outcomeNotice(shown.outcome, frame)}
<section class="card top"><h1>${approvals.title}</h1>
<p class="who">${personChip(person)}<a class="button quiet" href="${frame.addresses.account}">${frame.language.texts.account.title}</a></p></section>
${waiting.length === 0 ? nothingWaits(frame) : waiting.map((one) => request(one, csrf, frame))}
${shown.silenced.length > 0 && silencedClients(shown.silenced, csrf, frame)}
</div>
${shown.push !== undefined && pushSection(shown.push, csrf, frame)}
${script(nonce, shown.push === undefined ? null : PUSH_SCRIPT)}`;
  return { title: approvals.counted(waiting.length), main, wide: true };
}

function outcomeNotice(outcome: Outcome | null, { language: { texts } }: Frame): Fragment {
  if (outcome === null) return null;
  const { title, what } = texts.approvals.outcomes[outcome];
  const kind = GOOD.has(outcome) ? 'ok' : 'problem';
  return html`<div class="notice ${kind}" role="${GOOD.has(outcome) ? 'status' : 'alert'}" tabindex="-1" autofocus><strong>${title}</strong><p>${what}</p></div>`;
}

function nothingWaits(frame: Frame): Html {
  const { approvals } = frame.language.texts;
  return html`<section class="card"><h2>${approvals.none}</h2><p class="lead">${approvals.lead} ${approvals.noneHow}</p>
<div class="actions"><a class="button quiet" id="reload" href="${frame.addresses.approvals}">${approvals.reload}</a></div></section>`;
}

function request(view: ApprovalView, csrf: string, frame: Frame): Html {
  const { approvals } = frame.language.texts;
  const { approval, client, bindingMessage } = view;
  const id = approval.slice(0, ID_LENGTH);
  return html`<article class="card approval" aria-labelledby="asks-${id}">
<h2 class="aside" id="asks-${id}">${client.name} ${approvals.asks}</h2>
${clientBadge(client, approvals.asks)}
${bindingMessage === null ? html`<p class="notice">${approvals.noMessage}</p>` : html`<p class="compare"><span class="intro">${approvals.compare}</span> <span class="code message" dir="auto">${bindingMessage}</span></p>`}
<p class="lead" id="will-${id}">${approvals.will}</p>
${askedFor(view, id, frame)}
<p class="small">${times(view, frame)}${ending(view, frame)}</p>
<form method="post" action="${frame.addresses.approvals}">
${hidden('csrf', csrf)}${hidden('change', 'answer')}${hidden('approval', approval)}
${view.choices === null ? approveOrDeny(client, id, frame) : numbers(view.choices, client, id, frame)}
<details><summary>${approvals.unexpected}</summary><p><button type="submit" class="quiet small" id="silence-${id}" name="answer" value="silence">${approvals.silence(client.name)}</button></p></details>
</form>
${policies(client, frame)}
</article>`;
}

function askedFor({ scope }: ApprovalView, id: string, { language: { texts } }: Frame): Html {
  const rows = scope.map((one) => {
    const words = one.resource === null ? texts.scopes[one.scope] : undefined;
    const title = words === undefined ? html`<code>${one.scope}</code>` : html`<strong>${words.title}</strong>`;
    const detail = words === undefined ? (one.resource === null ? null : texts.consent.from(one.resource)) : words.detail;
    return html`<li class="fixed"><span class="tick" aria-hidden="true"></span><span>${title}${detail !== null && html` <span class="host">${detail}</span>`}</span></li>`;
  });
  return html`<ul class="asked" aria-labelledby="will-${id}">${rows}</ul>`;
}

function approveOrDeny({ name }: ClientView, id: string, { language: { texts } }: Frame): Html {
  const { approvals } = texts;
  const whose = html` <span class="aside">${approvals.of(name)}</span>`;
  return html`<div class="actions"><button type="submit" id="approve-${id}" name="answer" value="approve">${approvals.approve}${whose}</button>
<button type="submit" class="quiet" id="deny-${id}" name="answer" value="deny">${approvals.deny}${whose}</button></div>`;
}

/** Number matching: each number is a button, and picking it the whole answer. */
function numbers(choices: readonly number[], { name }: ClientView, id: string, { language: { texts } }: Frame): Html {
  const { approvals } = texts;
  const buttons = choices.map((number) => html`<button type="submit" class="quiet number" id="number-${number}-${id}" name="number" value="${number}" aria-label="${approvals.number(number)}">${number}</button>`);
  return html`<fieldset class="numbers"><legend>${approvals.pick}</legend><p class="hint">${approvals.pickHint}</p><div class="actions">${buttons}</div></fieldset>
<div class="actions"><button type="submit" class="quiet" id="deny-${id}" name="answer" value="deny">${approvals.deny} <span class="aside">${approvals.of(name)}</span></button></div>`;
}

/** What is left is told, and not since when: the page has no clock of its own. */
function times({ secondsLeft }: ApprovalView, { language: { texts } }: Frame): string {
  return secondsLeft < MINUTE_SECONDS ? texts.approvals.endsSoon : texts.approvals.ends(Math.round(secondsLeft / MINUTE_SECONDS));
}

/** A word before the end, which shows up by itself a minute before it, without a script. */
function ending({ secondsLeft }: ApprovalView, { language: { texts } }: Frame): Fragment {
  const minutes = Math.min(REVEAL_MINUTES_MAX, Math.floor(secondsLeft / MINUTE_SECONDS) - 1);
  return minutes >= 1 && html` <strong class="after-${minutes}">${texts.approvals.endsSoon}</strong>`;
}

function silencedClients(clients: readonly ClientView[], csrf: string, frame: Frame): Html {
  const { approvals } = frame.language.texts;
  const rows = clients.map(
    ({ clientId, name }) => html`<li>${monogram(name, clientId)}<div><strong>${name}</strong></div>
<form method="post" action="${frame.addresses.approvals}">${hidden('csrf', csrf)}${hidden('change', 'listen')}${hidden('client_id', clientId)}<button type="submit" class="quiet small">${approvals.listen} <span class="aside">${name}</span></button></form></li>`,
  );
  return html`<section class="card"><h2>${approvals.silenced}</h2><ul class="rows">${rows}</ul></section>`;
}

/**
 * Looks for news every three seconds while the page is seen, and puts what came into `inbox`. Where the focus is, it stays. A session
 * that ended answers with a redirect: then the page is loaded anew, which leads to the sign-in.
 */
function script(nonce: string, more: Html | null): Html {
  return html`<script nonce="${nonce}">
(() => {
  const news = document.getElementById('news');
  const look = async () => {
    if (document.visibilityState !== 'visible') return;
    const answer = await fetch(location.pathname, { cache: 'no-store', redirect: 'manual', headers: { accept: 'text/html' } });
    if (answer.type === 'opaqueredirect') return location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const [now, then] = [page.getElementById('inbox'), document.getElementById('inbox')];
    if (now === null || now.dataset.waiting === then.dataset.waiting) return;
    const focused = document.activeElement === null ? '' : document.activeElement.id;
    then.replaceWith(now);
    document.title = page.title;
    news.textContent = news.dataset.news;
    if (focused !== '') document.getElementById(focused)?.focus();
  };
  setInterval(() => look().catch(() => {}), 3000);
})();
${more}
</script>`;
}

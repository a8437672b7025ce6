import type { ClientView } from '@tessera/protocol/interaction';
import { exactly, html, webAddress } from './html.js';
import { document, type Frame, hidden, type PageContent } from './layout.js';
import type { Page } from './page.js';

/** After a logout that leads nowhere else: what was done, and a way on. */
export function signedOutPage(client: ClientView | null, frame: Frame): PageContent {
  const { signedOut, client: words } = frame.language.texts;
  // REG-8: no page of ours leads people to a place that only a stranger vouches for.
  const home = client?.unverifiedAt === undefined ? webAddress(client?.clientUri ?? null) : null;
  const main = html`<div class="done" id="signed-out" aria-hidden="true"></div><h1>${signedOut.title}</h1>
<p>${signedOut.what}</p>
<div class="actions">${client !== null && home !== null && html`<a class="button" href="${home}" rel="noopener noreferrer">${words.visit(client.name)}</a>`}
<a class="button quiet" href="${frame.addresses.account}">${signedOut.account}</a></div>`;
  return { title: signedOut.title, main };
}

/** Milliseconds, and seconds without a script, after which nobody waits for the frames any longer. */
const FRAMES_MS_MAX = 3_000;
const FRAMES_SECONDS_MAX = 4;

/**
 * Front-Channel Logout §3 (LOG-5): the clients are told in frames that nobody sees, and then the person goes on: by the script when all
 * are loaded or three seconds are over, by the browser where no script runs, and by a link in any case. Without somewhere to go it is
 * the page after a logout. The address stands in the link, from where the script takes it, so that no value stands in a script.
 */
export function frontchannelLogoutPage(
  { client, frames, onward }: { readonly client: ClientView | null; readonly frames: readonly string[]; readonly onward: string | null },
  nonce: string,
  frame: Frame,
): Page {
  const told = frames.map((address) => html`<iframe class="aside" src="${exactly(address)}" title="" aria-hidden="true" tabindex="-1" referrerpolicy="no-referrer"></iframe>`);
  const page = { status: 200, formTargets: [], frameSources: [...new Set(frames.map(originOf))] };
  if (onward === null) {
    const { main, ...content } = signedOutPage(client, frame);
    return { ...page, html: document(frame, { ...content, main: html`${main}${told}` }), scriptNonce: null };
  }
  const { signedOut, onward: words } = frame.language.texts;
  const main = html`<div class="done" id="signed-out" aria-hidden="true"></div><h1>${signedOut.title}</h1>
<p>${words.what}</p>
<div class="actions"><a class="button" id="onward" href="${exactly(onward)}" rel="noreferrer">${words.submit}</a></div>
${told}
<script nonce="${nonce}">(function(){var gone=false;function go(){if(!gone){gone=true;window.location.replace(document.getElementById('onward').href)}}window.onload=go;setTimeout(go,${FRAMES_MS_MAX})}())</script>`;
  const head = html`<noscript><meta http-equiv="refresh" content="${FRAMES_SECONDS_MAX}; url=${exactly(onward)}"></noscript>`;
  return { ...page, html: document(frame, { title: signedOut.title, main, head }), scriptNonce: nonce };
}

/**
 * Form Post Response Mode §2: the parameters in a form that posts itself to the proven redirect URI. One script with the nonce of
 * this answer, and a button for a browser that runs none (AUT-8). The method is called from the prototype, because a parameter
 * could be called `submit`.
 */
export function formPostPage(action: string, fields: readonly (readonly [string, string])[], nonce: string, frame: Frame): Page {
  const { onward } = frame.language.texts;
  const main = html`<h1>${onward.title}</h1>
<p>${onward.what}</p>
<form id="response" method="post" action="${action}">
${fields.map(([name, value]) => hidden(name, value))}
<div class="actions"><button type="submit" id="continue">${onward.submit}</button></div>
</form>
<script nonce="${nonce}">HTMLFormElement.prototype.submit.call(document.getElementById('response'))</script>`;
  return { status: 200, html: document(frame, { title: onward.title, main }), formTargets: [originOf(action)], scriptNonce: nonce };
}

/** What a Content-Security-Policy calls the place an address is at: its origin, or the scheme where there is none (CSP 3 §2.3.1). */
export function originOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

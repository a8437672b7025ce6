import type { ClientView } from '@tessera/protocol/interaction';
import { html, webAddress } from './html.js';
import { document, type Frame, hidden, type PageContent } from './layout.js';
import type { Page } from './page.js';

/** After a logout that leads nowhere else: what was done, and a way on. */
export function signedOutPage(client: ClientView | null, frame: Frame): PageContent {
  const { signedOut, client: words } = frame.language.texts;
  const home = webAddress(client?.clientUri ?? null);
  const main = html`<div class="done" aria-hidden="true"></div><h1>${signedOut.title}</h1>
<p>${signedOut.what}</p>
<div class="actions">${client !== null && home !== null && html`<a class="button" href="${home}" rel="noopener noreferrer">${words.visit(client.name)}</a>`}
<a class="button quiet" href="${frame.addresses.account}">${signedOut.account}</a></div>`;
  return { title: signedOut.title, main };
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
<div class="actions"><button type="submit">${onward.submit}</button></div>
</form>
<script nonce="${nonce}">HTMLFormElement.prototype.submit.call(document.getElementById('response'))</script>`;
  return { status: 200, html: document(frame, { title: onward.title, main }), formTargets: [originOf(action)], scriptNonce: nonce };
}

/** What a Content-Security-Policy calls the place an address is at: its origin, or the scheme where there is none (CSP 3 §2.3.1). */
export function originOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

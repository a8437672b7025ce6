import { html, type Html } from './html.js';
import { page } from './layout.js';

/** A page that says one thing and offers a way on. */
export function noticePage({ title, text, issuer }: { readonly title: string; readonly text: string; readonly issuer: string }): Html {
  return page({ title, issuer, content: html`<h1>${title}</h1><p class="lead">${text}</p><p><a class="button" href="/">All flows</a></p>` });
}

import type { Party } from '../explanations/topics.js';
import { html, Html, type Content } from './html.js';

/** How a party is called on the page. */
export const PARTY_NAMES: Readonly<Record<Party, string>> = { browser: 'Browser', app: 'App', provider: 'Provider' };

/** One row of a list of values: name, value, and what it is for. */
export interface Row {
  readonly name: string;
  readonly value: Content;
  readonly words?: string | null;
  readonly meaning: string;
  readonly reference?: string;
  readonly secret?: boolean;
}

/** From here on a value has all the width, with its meaning below. */
const LONG_CHARACTERS = 100;

/** A list of values that reads on a narrow screen as well as on a wide one. */
export function rows(list: readonly Row[]): Html | null {
  if (list.length === 0) return null;
  return html`<dl class="rows">${list.map(row)}</dl>`;
}

function row({ name, value, words = null, meaning, reference = '', secret = false }: Row): Html {
  return html`<div${value instanceof Html || (typeof value === 'string' && value.length + (words?.length ?? 0) > LONG_CHARACTERS) ? html` class="long"` : ''}><dt>${name}${secret && SECRET}</dt><dd><span class="value">${value}</span>${words !== null && html`<span class="words">${words}</span>`}</dd><dd>${meaning !== '' && html`<span class="meaning">${meaning}${reference !== '' && html` <cite>${reference}</cite>`}</span>`}</dd></div>`;
}

/** The mark of a value that only a demo may show. */
export const SECRET = html` <span class="secret" title="A real app keeps this to itself">secret</span>`;

/** A form with one button. */
export function buttonForm({ action, label, fields = null, primary = false }: { readonly action: string; readonly label: string; readonly fields?: Content; readonly primary?: boolean }): Html {
  return html`<form method="post" action="${action}">${fields}<button${primary && html` class="primary"`}>${label}</button></form>`;
}

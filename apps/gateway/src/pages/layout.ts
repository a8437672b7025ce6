import type { ClientView, PersonView } from '@tessera/protocol/interaction';
import { exactly, type Fragment, type Html, html, webAddress } from './html.js';
import type { PageAddresses } from './page.js';
import type { Language } from './texts/index.js';

/** What every page is written with. */
export interface Frame {
  readonly addresses: PageAddresses;
  readonly language: Language;
}

/** What stands between header and footer. */
export interface PageContent {
  /** Of the document: what the page is for, and about whom. */
  readonly title: string;
  readonly main: Html;
  /** What else stands in the head of the document. */
  readonly head?: Html;
  /** The account page is wider than a dialogue. */
  readonly wide?: boolean;
}

/** Four tiles of a mosaic, as an image of its own so that no second request is made for an icon. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="#3148c8"><rect x="2" y="2" width="9" height="9" rx="2"/><rect x="13" y="13" width="9" height="9" rx="2"/></g><g fill="#8da0f5"><rect x="13" y="2" width="9" height="9" rx="2"/><rect x="2" y="13" width="9" height="9" rx="2"/></g></svg>',
)}`;

const MARK = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><rect class="a" x="2" y="2" width="9" height="9" rx="2"/><rect class="b" x="13" y="2" width="9" height="9" rx="2"/><rect class="b" x="2" y="13" width="9" height="9" rx="2"/><rect class="a" x="13" y="13" width="9" height="9" rx="2"/></svg>`;

/** Writes a whole document. */
export function document({ addresses, language: { tag, texts } }: Frame, { title, main, head, wide = false }: PageContent): string {
  return html`<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${texts.titleOf(title, texts.product)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${addresses.styleSheet}">${head}
</head>
<body>
<header class="brand">${MARK}<span>${texts.product}</span></header>
<main class="${wide ? 'wide' : 'card'}">
${main}
</main>
<footer>${texts.at(addresses.host)}</footer>
</body>
</html>
`.text;
}

const TONES = 6;

/** The first letter of a name on a coloured tile: no picture is fetched from anybody (UIX-5). */
export function monogram(name: string, key: string): Html {
  const [letter = '?'] = Array.from(name.trim());
  const tone = Array.from(key).reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973, 7) % TONES;
  return html`<span class="monogram tone-${tone}" aria-hidden="true">${letter.toUpperCase()}</span>`;
}

/** A client by its picture, which came with the page (REG-8), or by its letter. */
export function clientTile({ name, clientId, logo }: ClientView): Html {
  return logo === undefined ? monogram(name, clientId) : html`<img class="monogram logo" src="${exactly(logo)}" alt="" width="40" height="40">`;
}

/** A client by its tile, its name and the host of its own page. */
export function clientBadge(client: ClientView, intro: string): Html {
  const place = clientPlace(client);
  return html`<p class="client">${clientTile(client)}<span><span class="intro">${intro}</span> <strong>${client.name}</strong>${place !== null && html` <span class="host">${place}</span>`}</span></p>`;
}

/** Where a client is: the host of its own page, or, if nobody vouches for what it says, where its answers go (REG-8). */
export function clientPlace({ clientUri, unverifiedAt }: ClientView): string | null {
  if (unverifiedAt !== undefined) return unverifiedAt;
  const home = webAddress(clientUri);
  return home === null ? null : new URL(home).host;
}

/** Who is meant, by name, by what they sign in with, and by what else is known of them. */
export function personChip({ name, identifier }: PersonView, more: string | null = null): Html {
  const shown = name ?? identifier;
  const details = [...(name === null ? [] : [identifier]), ...(more === null || more === identifier ? [] : [more])];
  return html`<span class="person">${monogram(shown, identifier)}<span><strong>${shown}</strong>${details.map((detail) => html` <span class="host">${detail}</span>`)}</span></span>`;
}

/** The registered policies of a client; they open beside the page so that what was typed is not lost. */
export function policies(client: ClientView | null, { language: { texts } }: Frame): Fragment {
  if (client === null) return null;
  const links = [
    [texts.client.privacy, webAddress(client.policyUri)],
    [texts.client.terms, webAddress(client.tosUri)],
  ] as const;
  const shown = links.flatMap(([label, href]) =>
    href === null ? [] : [html`<li><a href="${href}" target="_blank" rel="noopener noreferrer">${label} <span class="aside">${texts.client.of(client.name)}</span></a></li>`],
  );
  return shown.length === 0 ? null : html`<ul class="policies">${shown}</ul>`;
}

/** What went wrong, before everything else and with the focus on it, so that nobody has to look for it; and the way to the field. */
export function problemSummary(title: string, text: string, field: string | null): Html {
  const said = field === null ? text : html`<a href="#${field}">${text}</a>`;
  return html`<div class="notice problem" role="alert" id="problem" tabindex="-1" autofocus><strong>${title}</strong><p>${said}</p></div>`;
}

/** A field that is sent and not seen. */
export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${exactly(name)}" value="${exactly(value)}">`;
}

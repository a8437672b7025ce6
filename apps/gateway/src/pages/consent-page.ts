import type { StepPage } from '@tessera/protocol/interaction';
import { type Fragment, type Html, html } from './html.js';
import { clientPlace, clientTile, type Frame, hidden, type PageContent, personChip, policies } from './layout.js';

type ConsentStep = Extract<StepPage, { step: 'consent' }>;
type AskedScope = ConsentStep['scope'][number];

/** Without it there is no sign-in to agree to, so it is told and not asked (OIDC Core §3.1.2.1). */
const ALWAYS = 'openid';

/**
 * Consent in words (UIX-7, OIDC Core §3.1.2.4): who asks, for whom, what for, how long, and what the client says of itself. What is
 * unticked narrows the consent; nothing a browser sends can widen it.
 */
export function consentPage(page: ConsentStep, fields: Html, frame: Frame): PageContent {
  const { texts } = frame.language;
  const { client, person } = page;
  const title = texts.consent.title(client.name);
  const place = clientPlace(client);
  const main = html`<div class="pair">${clientTile(client)}</div>
<h1>${title}</h1>
${place !== null && html`<p class="host from">${place}</p>`}
${client.unverifiedAt !== undefined && html`<div class="notice" id="unverified"><strong>${texts.consent.unverifiedTitle}</strong><p>${texts.consent.unverified(client.unverifiedAt)}</p></div>`}
<p class="who"><span class="aside">${texts.consent.signedInAs}</span> ${personChip(person)}</p>
<form method="post" action="${frame.addresses.interaction}">
${fields}
<p class="lead" id="will">${texts.consent.will(client.name)}</p>
${askedScopes(page.scope, frame)}
${offlineNote(page, frame)}
${claimNote(page, frame)}
<p class="small">${texts.consent.remembered(page.days)} <a href="${frame.addresses.account}" target="_blank" rel="noopener">${texts.consent.accountPage}</a>.</p>
<div class="actions"><button type="submit" id="allow" name="decision" value="allow">${texts.consent.allow}</button>
<button type="submit" class="quiet" id="deny" name="decision" value="deny">${texts.consent.deny}</button></div>
</form>
${policies(client, frame)}`;
  return { title, main };
}

/** What is asked for, to be ticked off; the list is called by the element with the id `will`. */
export function askedScopes(asked: readonly AskedScope[], frame: Frame): readonly Html[] {
  return groups(asked).map((group) => scopeGroup(group, frame));
}

interface ScopeGroup {
  /** The name of a resource; null for the provider itself. */
  readonly resource: string | null;
  readonly scopes: readonly string[];
}

/** The provider's own scopes first, then each resource with its own, in the order asked. */
function groups(asked: readonly AskedScope[]): readonly ScopeGroup[] {
  const found = new Map<string | null, string[]>();
  for (const { scope, resource } of [...asked.filter((one) => one.resource === null), ...asked.filter((one) => one.resource !== null)]) {
    found.set(resource, [...(found.get(resource) ?? []), scope]);
  }
  return [...found].map(([resource, scopes]) => ({ resource, scopes }));
}

function scopeGroup({ resource, scopes }: ScopeGroup, frame: Frame): Html {
  const { texts } = frame.language;
  const rows = scopes.map((scope) => (resource === null ? ownScope(scope, frame) : tick(scope, html`<code>${scope}</code>`, null, resource)));
  if (resource === null) return html`<ul class="asked" aria-labelledby="will">${rows}</ul>`;
  return html`<h2>${texts.consent.from(resource)}</h2><ul class="asked">${rows}</ul>`;
}

function ownScope(scope: string, { language: { texts } }: Frame): Html {
  const words = texts.scopes[scope];
  if (scope === ALWAYS) {
    return html`<li class="fixed">${hidden('scope', scope)}<span class="tick" aria-hidden="true"></span><span><strong>${words?.title}</strong> <span class="host">${words?.detail}</span></span></li>`;
  }
  return words === undefined ? tick(scope, html`<code>${scope}</code>`, null, '') : tick(scope, html`<strong>${words.title}</strong>`, words.detail, '');
}

function tick(scope: string, title: Html, detail: string | null, resource: string): Html {
  const id = `scope-${resource}-${scope}`.replace(/[^A-Za-z0-9-]/g, (character) => `_${character.codePointAt(0) ?? 0}`);
  return html`<li><label for="${id}"><input type="checkbox" id="${id}" name="scope" value="${scope}" checked><span>${title}${detail !== null && html` <span class="host">${detail}</span>`}</span></label></li>`;
}

/** Said apart where no scope of the list says it. */
export function offlineNote({ offline, scope }: Pick<ConsentStep, 'offline' | 'scope'>, { language: { texts } }: Frame): Fragment {
  if (!offline || scope.some((one) => one.scope === 'offline_access')) return null;
  return html`<p class="notice"><strong>${texts.consent.offlineTitle}</strong> ${texts.consent.offline}</p>`;
}

function claimNote({ claims, client }: ConsentStep, { language: { texts } }: Frame): Fragment {
  if (claims.length === 0) return null;
  const items = claims.map((claim) => html`<li>${texts.claims[claim] ?? html`<code>${claim}</code>`}</li>`);
  return html`<h2>${texts.consent.claims(client.name)}</h2><ul class="claims">${items}</ul>`;
}

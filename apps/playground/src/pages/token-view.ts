import { claimMeaning, tokenHeaderMeaning, valueInWords } from '../explanations/claims.js';
import { decodeToken } from '../explanations/tokens.js';
import { html, type Html } from './html.js';
import { rows } from './parts.js';

const NAMES: Readonly<Record<string, string>> = { id_token: 'ID token', access_token: 'access token', refresh_token: 'refresh token', id_token_hint: 'ID token', token: 'token' };
const FOR_WHOM: Readonly<Record<string, string>> = {
  id_token: 'It is for the app: who signed in.',
  access_token: 'It is for an API. The app only passes it on and need not read it.',
};

/** Whether a parameter carries a token that can be taken apart. */
export const isToken = (name: string): boolean => Object.hasOwn(NAMES, name);

/** A JWT as written, its three parts told apart; other values as they are. */
export function tokenText(value: string): Html | string {
  const [header, claims, signature] = value.split('.');
  if (decodeToken(value) === null || header === undefined || claims === undefined || signature === undefined) return value;
  return html`<span class="jwt"><span class="part-header">${header}</span>.<span class="part-claims">${claims}</span>.<span class="part-signature">${signature}</span></span>`;
}

/** A token taken apart: header and claims, each with what it says. */
export function tokenView(name: string, value: string, nowMs: number, open: boolean): Html {
  const decoded = decodeToken(value);
  const called = NAMES[name] ?? name;
  if (decoded === null)
    return html`<p class="opaque">This ${called} is <strong>opaque</strong>: a reference without content. Only the provider knows what it stands for.</p>`;
  return html`<details class="token"${open && html` open`}><summary>The ${called} decoded</summary>
<p class="aside">${FOR_WHOM[name] ?? ''} Three parts: <span class="part-header">header</span>, <span class="part-claims">claims</span>, <span class="part-signature">signature</span>. Anybody can read it; nobody but the provider can make it.</p>
<h4><span class="part-header">Header</span></h4>
${rows(Object.entries(decoded.header).map(([member, content]) => ({ name: member, value: valueInWords(member, content, nowMs).text, meaning: tokenHeaderMeaning(member) })))}
<h4><span class="part-claims">Claims</span></h4>
${claimRows(decoded.claims, nowMs)}</details>`;
}

/** Claims with what each says; instants in words. */
export function claimRows(claims: Readonly<Record<string, unknown>>, nowMs: number): Html | null {
  return rows(
    Object.entries(claims).map(([name, value]) => {
      const { text, words } = valueInWords(name, value, nowMs);
      return { name, value: text, words, meaning: claimMeaning(name) };
    }),
  );
}

import { STATUS_CODES } from 'node:http';
import { valueInWords } from '../explanations/claims.js';
import { headerMeaning, inTeachingOrder, type Meaning, requestMeaning, responseMeaning, tokenRequestMeaning } from '../explanations/parameters.js';
import { membersOfJson } from '../explanations/tokens.js';
import type { Topic } from '../explanations/topics.js';
import type { Pair, ReceivedResponse, SentRequest } from '../runs/run.js';
import { html, type Content, type Html } from './html.js';
import { type Row, rows } from './parts.js';
import { claimRows, isToken, tokenText, tokenView } from './token-view.js';

/** A request: its line, its parameters with what each is for, and the whole message for whoever wants it. */
export function requestView(request: SentRequest, nowMs: number, meaningOf = requestMeaning): Html {
  const { method, url, parameters, parametersIn, headers } = request;
  const meaning = parameters.some(([name]) => name === 'grant_type') ? tokenRequestMeaning : meaningOf;
  const shown = headers.filter(([name]) => name.toLowerCase() === 'authorization');
  return html`<div class="message request"><p class="line"><span class="verb">${method}</span> <span class="url">${url}</span></p>
${rows(shown.map(authorizationRow))}
${parameters.length > 0 && html`<p class="place">${PLACES[parametersIn]}</p>`}
${rows(inTeachingOrder(parameters).map(([name, value]) => parameterRow(name, value, meaning(name))))}
${parameters.filter(([name]) => isToken(name)).map(([name, value]) => tokenView(name, value, nowMs, false))}
${whole(rawRequest(request))}</div>`;
}

const PLACES: Readonly<Record<SentRequest['parametersIn'], string>> = { query: 'In the address', form: 'In the form', nothing: '' };

function parameterRow(name: string, value: string, meaning: Meaning | null): Row {
  return { name, value: isToken(name) ? tokenText(value) : value, meaning: meaning?.meaning ?? 'Not a parameter of this flow.', reference: meaning?.reference ?? '', secret: meaning?.secret ?? false };
}

/** Basic credentials are shown in clear beside their encoding (RFC 6749 §2.3.1). */
function authorizationRow([name, value]: Pair): Row {
  const [scheme = '', credentials = ''] = value.split(' ');
  const words = scheme === 'Basic' ? basicInWords(credentials) : null;
  return { name: 'Authorization', value: scheme === 'Bearer' ? html`Bearer ${tokenText(credentials)}` : value, words, meaning: headerMeaning(name)?.meaning ?? '', reference: headerMeaning(name)?.reference ?? '', secret: true };
}

function basicInWords(credentials: string): string {
  const [id = '', secret = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return `client ${decoded.get('id') ?? ''}, secret ${decoded.get('secret') ?? ''}`;
}

/** A response: status, members with what each is for, tokens decoded, and the whole message. */
export function responseView(response: ReceivedResponse, topic: Topic, nowMs: number): Html {
  const { status, headers } = response;
  const notable = headers.filter(([name]) => NOTABLE.includes(name.toLowerCase()));
  return html`<div class="message response"><p class="line"><span class="verb ${status < 400 ? 'good' : 'bad'}">${status}</span> ${STATUS_CODES[status] ?? ''}</p>
${bodyView(response, topic, nowMs)}
${notable.length > 0 && html`<details><summary>Header fields worth a word</summary>${rows(notable.map(([name, value]) => ({ name, value, meaning: headerMeaning(name)?.meaning ?? '', reference: headerMeaning(name)?.reference ?? '' })))}</details>`}
${whole(rawResponse(response))}</div>`;
}

const NOTABLE = ['cache-control', 'www-authenticate', 'x-request-id', 'retry-after', 'content-type', 'location'];

function bodyView(response: ReceivedResponse, topic: Topic, nowMs: number): Content {
  const members = membersOfJson(response.text);
  if (members === null) return response.text === '' && html`<p class="aside">No body: the status says it all.</p>`;
  if (topic === 'userinfo' || topic === 'introspection') return claimRows(members, nowMs);
  if (topic === 'keys') return keysView(members);
  if (topic === 'discovery') return metadataView(members, nowMs);
  const entries = Object.entries(members);
  const main = 'id_token' in members ? 'id_token' : 'access_token';
  return [
    rows(entries.map(([name, value]) => memberRow(name, value, nowMs))),
    entries.map(([name, value]) => isToken(name) && typeof value === 'string' && tokenView(name, value, nowMs, name === main)),
  ];
}

/** The members an app uses in these flows; the whole message has the rest. */
function metadataView(members: Readonly<Record<string, unknown>>, nowMs: number): Html {
  const known = Object.entries(members).filter(([name]) => responseMeaning(name) !== null);
  const more = Object.keys(members).length - known.length;
  return html`<details><summary>What the app learns from it</summary>${rows(known.map(([name, value]) => memberRow(name, value, nowMs)))}${more > 0 && html`<p class="aside">And ${more} more, in the whole message.</p>`}</details>`;
}

function memberRow(name: string, value: unknown, nowMs: number): Row {
  const meaning = responseMeaning(name);
  const { text, words } = valueInWords(name, value, nowMs);
  return { name, value: isToken(name) ? tokenText(text) : text, words, meaning: meaning?.meaning ?? '', reference: meaning?.reference ?? '', secret: meaning?.secret ?? false };
}

function keysView(members: Readonly<Record<string, unknown>>): Html | null {
  const list: readonly unknown[] = Array.isArray(members['keys']) ? members['keys'] : [];
  const described = list.map((key) => {
    const { kid, kty, alg, use, crv } = Object.fromEntries(Object.entries(typeof key === 'object' && key !== null ? key : {}).map(([name, value]) => [name, String(value)]));
    return { name: kid ?? 'a key', value: [kty, crv, alg, use].filter(Boolean).join(' '), meaning: use === 'enc' ? 'For encrypting to the provider.' : 'For checking signatures.' };
  });
  return rows(described);
}

function whole(text: string): Html {
  return html`<details><summary>The whole message</summary><pre>${text}</pre></details>`;
}

function rawRequest({ method, url, headers, parameters, parametersIn }: SentRequest): string {
  const query = parametersIn === 'query' ? `?${encoded(parameters)}` : '';
  const body = parametersIn === 'form' ? encoded(parameters) : '';
  return rawMessage(`${method} ${url}${query}`, headers, body);
}

function rawResponse({ status, headers, text }: ReceivedResponse): string {
  const members = membersOfJson(text);
  return rawMessage(`HTTP ${status} ${STATUS_CODES[status] ?? ''}`, headers, members === null ? text : JSON.stringify(members, null, 2));
}

function rawMessage(line: string, headers: readonly Pair[], body: string): string {
  return [line, ...headers.map(([name, value]) => `${name}: ${value}`), ...(body === '' ? [] : ['', body])].join('\n');
}

function encoded(parameters: readonly Pair[]): string {
  return new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
}

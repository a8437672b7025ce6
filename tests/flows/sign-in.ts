import { createHash, randomBytes } from 'node:crypto';
import { type Answer, basic, demo, type DemoClient, demoUser, post } from './demo.js';
import { departure, type Departure, page, type Page, UserAgent } from './user-agent.js';

/** Who signs in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** A verifier and its S256 challenge (RFC 7636 §4.1, §4.2). */
export function proofKey(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The address of an authorization request; a parameter that is undefined is left out. */
export function authorizationUrl(parameters: Readonly<Record<string, string | undefined>>): URL {
  const url = new URL(`${demo.issuer}/authorize`);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value);
  return url;
}

/** Answers the pages of an interaction as a person who wants in: password, then consent, until it leaves or ends at another page. */
export async function signIn(agent: UserAgent, shown: Page | Departure, person: Person = demoUser('alice')): Promise<Page | Departure> {
  let now = shown;
  for (let pages = 0; pages < 4 && 'html' in now && now.status === 200; pages += 1) {
    const step = stepOf(now);
    if (step === 'password') now = await agent.submit(now, { identifier: person.username, password: person.password });
    else if (step === 'consent') now = await agent.submit(now, {}, ['decision', 'allow'], formWith(now, 'decision'));
    else return now;
  }
  return now;
}

/** The step a page asks for, by its hidden field; null on other pages. */
export function stepOf({ forms }: Page): string | null {
  return forms.flatMap(({ fields }) => fields).find(([name]) => name === 'step')?.[1] ?? null;
}

/** The form of a page that has a field or a button of this name. */
export function formWith({ forms, url }: Page, name: string): Page['forms'][number] {
  const found = forms.find(({ fields, buttons }) => [...fields, ...buttons].some(([one]) => one === name));
  if (found === undefined) throw new Error(`the page at ${url} has no form with ${name}`);
  return found;
}

/** A whole authorization by a person, from the request to the response at the redirect URI. */
export async function authorize(
  parameters: Readonly<Record<string, string | undefined>>,
  { agent = new UserAgent(), person = demoUser('alice') }: { readonly agent?: UserAgent; readonly person?: Person } = {},
): Promise<URLSearchParams> {
  const shown = await signIn(agent, await agent.open(authorizationUrl(parameters)), person);
  return departure(shown).searchParams;
}

/** Tokens for a client that registered `redirectUri`, by code and proof key. */
export async function tokensByCode(
  client: DemoClient,
  redirectUri: string,
  more: Readonly<Record<string, string | undefined>> = {},
  by: Parameters<typeof authorize>[1] = {},
): Promise<Answer> {
  const { verifier, challenge } = proofKey();
  const request = { response_type: 'code', client_id: client.client_id, redirect_uri: redirectUri, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256', ...more };
  const code = (await authorize(request, by)).get('code');
  if (code === null) throw new Error('the authorization response has no code');
  return redeem(client, { code, redirect_uri: redirectUri, code_verifier: verifier });
}

/** Presents a code at the token endpoint. */
export function redeem(client: DemoClient, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  return asClient(client, '/token', { grant_type: 'authorization_code', ...parameters });
}

/** Presents a refresh token at the token endpoint. */
export function refresh(client: DemoClient, refreshToken: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return asClient(client, '/token', { grant_type: 'refresh_token', refresh_token: refreshToken, ...more });
}

/** Posts a form as a client: with its secret, or with its id alone when it has none. */
export function asClient(client: DemoClient, path: string, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  return client.client_secret === undefined
    ? post(path, { ...parameters, client_id: client.client_id })
    : post(path, parameters, { authorization: basic(client) });
}

/** Asks the userinfo endpoint with a bearer token. */
export async function userinfo(accessToken: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${demo.issuer}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` }, ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? JSON.parse(text) : {} };
}

/** The value of a string member of a JSON answer; fails with the whole answer when it is not there. */
export function text(answer: Answer, name: string): string {
  const value = answer.body[name];
  if (typeof value !== 'string') throw new Error(`${name} is missing: ${answer.status} ${answer.text}`);
  return value;
}

export { departure, page, UserAgent };

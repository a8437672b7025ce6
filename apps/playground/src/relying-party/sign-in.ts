import * as openid from 'openid-client';
import type { Fact, Run } from '../runs/run.js';
import { sentRequest } from '../runs/recorder.js';
import type { BrowserState, PendingSignIn } from './browser-states.js';
import type { Flow } from './flows.js';
import type { Surroundings } from './library.js';

/** The path the browser comes back to. */
export const CALLBACK_PATH = '/callback';

/** What a person may choose before a sign-in. */
export interface SignInChoices {
  readonly prompt: string | null;
  readonly responseMode: string | null;
  readonly offline: boolean;
}

interface Beginning {
  readonly browser: BrowserState;
  readonly run: Run;
  readonly flow: Flow;
  readonly choices: SignInChoices;
  readonly origin: string;
}

const REDIRECT_STATUS = 303;

/** Makes the one-time values, hands the request in when the flow says so, and returns where the browser must go. */
export async function beginSignIn(configuration: openid.Configuration, { browser, run, flow, choices, origin }: Beginning): Promise<URL> {
  const oneTime = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier: openid.randomPKCECodeVerifier() };
  const codeChallenge = await openid.calculatePKCECodeChallenge(oneTime.codeVerifier);
  run.add({ kind: 'work', topic: 'preparation', facts: preparationFacts({ ...oneTime, codeChallenge }) });
  const parameters = {
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    scope: choices.offline ? `${flow.scope} offline_access` : flow.scope,
    state: oneTime.state,
    nonce: oneTime.nonce,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...(choices.prompt === null ? {} : { prompt: choices.prompt }),
    ...(choices.responseMode === null ? {} : { response_mode: choices.responseMode }),
  };
  const url = flow.pushed ? await openid.buildAuthorizationUrlWithPAR(configuration, parameters) : openid.buildAuthorizationUrl(configuration, parameters);
  browser.pending.set(oneTime.state, { kind: 'sign-in', flowId: flow.id, run, metadata: configuration.serverMetadata(), ...oneTime });
  run.add({ kind: 'redirect', topic: 'authorization-request', status: REDIRECT_STATUS, request: sentRequest(url.href, 'GET', {}) });
  run.add({ kind: 'visit', topic: 'sign-in' });
  return url;
}

function preparationFacts(made: { state: string; nonce: string; codeVerifier: string; codeChallenge: string }): readonly Fact[] {
  const fact = (name: string, value: string, meaning: string, secret = false): Fact => ({ name, value, meaning, secret });
  return [
    fact('state', made.state, 'Kept for this browser. The answer must bring it back.'),
    fact('nonce', made.nonce, 'Kept here. The ID token must contain it.'),
    fact('code_verifier', made.codeVerifier, 'Kept here, and shown to nobody until the code is exchanged.', true),
    fact('code_challenge', made.codeChallenge, 'SHA-256 of the code verifier. This much the provider may know now.'),
  ];
}

/** Writes down how the browser came back: by an address with a query, or by a form it posted. */
export function recordAnswer(run: Run, { method, answer, origin }: { method: 'GET' | 'POST'; answer: URLSearchParams; origin: string }): void {
  run.add({
    kind: 'arrival',
    topic: answer.has('error') ? 'authorization-refusal' : 'authorization-response',
    request: { method, url: `${origin}${CALLBACK_PATH}`, headers: [], parameters: [...answer], parametersIn: method === 'POST' ? 'form' : 'query' },
  });
}

interface Completion {
  readonly pending: PendingSignIn;
  readonly answer: URLSearchParams;
  readonly surroundings: Surroundings;
}

/** Checks the answer, exchanges the code, checks the ID token. The library does it; the run tells it. */
export async function completeSignIn(configuration: openid.Configuration, { pending, answer, surroundings }: Completion) {
  const { run, state, nonce, codeVerifier } = pending;
  const url = new URL(`${surroundings.origin}${CALLBACK_PATH}`);
  url.search = answer.toString();
  const tokens = await openid.authorizationCodeGrant(configuration, url, {
    pkceCodeVerifier: codeVerifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  run.add({ kind: 'work', topic: 'id-token-check', facts: checkFacts(tokens.claims(), { nonce, issuer: surroundings.issuer }) });
  return tokens;
}

function checkFacts(claims: openid.IDToken | undefined, { nonce, issuer }: { nonce: string; issuer: string }): readonly Fact[] {
  if (claims === undefined) return [];
  const fact = (name: string, value: string, meaning: string): Fact => ({ name, value, meaning, secret: false });
  return [
    fact('signature', 'right', 'Made with one of the keys fetched above, so it is the provider’s.'),
    fact('iss', issuer, 'Equal to the issuer this app was told.'),
    fact('aud', [claims.aud].flat().join(' '), 'This app: the statement is meant for it.'),
    fact('exp, iat', 'in time', 'Not over, and not from the future.'),
    fact('nonce', nonce, 'Equal to the one kept: it belongs to this sign-in.'),
  ];
}

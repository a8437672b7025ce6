import { type Authority, AccountId } from '@tessera/vocabulary';
import type { AuthorizationRequest } from '../authorization-request/index.js';
import { webClient } from '../client/testing.js';
import type { SignedIn } from '../session/index.js';
import type { AuthorizationFacts } from './decide-authorization.js';

/** Who signs in in most tests. */
export const ALICE = AccountId.parse('usr_2iv3d3YcSTm1vE7vTzrWlA');
/** Somebody else. */
export const BOB = AccountId.parse('usr_8fT0m2YcSTm1vE7vTzrWlA');
/** The time of the decision. */
export const NOW = 1_700_000_000;

/** A request for an authentication and nothing else; a test states only what matters to it. */
export function authorizationRequest(overrides: Partial<Record<keyof AuthorizationRequest, unknown>> = {}): AuthorizationRequest {
  return {
    clientId: 's6BhdRkqt3',
    redirectUri: 'https://client.example.org/cb',
    redirectUriSent: true,
    responseType: 'code',
    responseMode: 'query',
    scope: ['openid'],
    state: 'af0ifjsldkj',
    nonce: 'n-0S6_WzA2Mj',
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    prompt: [],
    maxAgeSeconds: null,
    acrValues: [],
    hintedAccount: null,
    loginHint: null,
    uiLocales: [],
    claims: { userinfo: {}, id_token: {} },
    resources: [],
    confirmation: null,
    ...overrides,
  } as AuthorizationRequest;
}

/** Alice, signed in a minute ago. */
export function signedIn(overrides: Partial<SignedIn> = {}): SignedIn {
  return {
    sessionId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01',
    sid: 'qGZ1nJ0Yx7w',
    accountId: ALICE,
    authenticatedAt: NOW - 60,
    acr: '1',
    amr: ['pwd'],
    ...overrides,
  };
}

/** What was agreed to before. */
export function agreement(scope: readonly string[], overrides: Partial<Authority> = {}): Authority {
  return { version: 1, scope: [...scope], resources: [], claims: {}, authorizationDetails: [], ...overrides };
}

/** A third-party client's request while Alice is signed in and has agreed to nothing. */
export function authorizationFacts(overrides: Partial<AuthorizationFacts> = {}): AuthorizationFacts {
  return {
    request: authorizationRequest(),
    client: webClient(),
    signedIn: signedIn(),
    remembered: null,
    done: {},
    now: NOW,
    subjectOf: (accountId) => accountId,
    ...overrides,
  };
}

import * as openid from 'openid-client';
import type { Run } from '../runs/run.js';
import { sentRequest } from '../runs/recorder.js';
import type { BrowserState } from './browser-states.js';
import type { TokenSet } from './token-set.js';

/** The path the browser comes back to after a logout. */
export const SIGNED_OUT_PATH = '/signed-out';

const REDIRECT_STATUS = 303;

interface Beginning {
  readonly browser: BrowserState;
  readonly run: Run;
  readonly tokens: TokenSet;
  readonly origin: string;
}

/** Forgets the tokens here and returns where the browser must go so that the session ends there too. */
export function beginSignOut(configuration: openid.Configuration, { browser, run, tokens, origin }: Beginning): URL {
  const state = openid.randomState();
  const url = openid.buildEndSessionUrl(configuration, {
    post_logout_redirect_uri: `${origin}${SIGNED_OUT_PATH}`,
    state,
    ...(tokens.idToken === null ? {} : { id_token_hint: tokens.idToken }),
  });
  browser.tokenSets.set(tokens.id, { ...tokens, ended: 'signed out' });
  browser.pending.set(state, { kind: 'sign-out', state, run });
  run.add({ kind: 'redirect', topic: 'logout-request', status: REDIRECT_STATUS, request: sentRequest(url.href, 'GET', {}) });
  run.add({ kind: 'visit', topic: 'sign-out' });
  run.end({ kind: 'away', text: 'The browser is at the provider. This page fills when it comes back.' });
  return url;
}

/** The provider sent the browser back. Null when this browser began no such logout. */
export function completeSignOut(browser: BrowserState, answer: URLSearchParams, origin: string): Run | null {
  const pending = browser.takePending('sign-out', answer.get('state') ?? '');
  if (pending === null) return null;
  const { run } = pending;
  run.add({
    kind: 'arrival',
    topic: 'logout-response',
    request: { method: 'GET', url: `${origin}${SIGNED_OUT_PATH}`, headers: [], parameters: [...answer], parametersIn: 'query' },
  });
  run.end({ kind: 'done', text: 'Signed out here and at the provider.' });
  return run;
}

import { OAuthError, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { webClient } from '../client/testing.js';
import { decideLogout, type HintFacts, type LogoutRequest, resolveLogoutRequest } from './index.js';

const GONE = 'https://client.example.org/gone';
const HINT: HintFacts = { subject: 'usr_2iv3d3YcSTm1vE7vTzrWlA', audience: ['s6BhdRkqt3'], sid: 'qGZ1nJ0Yx7w' };
const CLIENTS: readonly ClientMetadata[] = [
  webClient({ postLogoutRedirectUris: [GONE] }),
  webClient({ postLogoutRedirectUris: ['https://other.example/gone'] }, { clientId: 'other' }),
  webClient({ postLogoutRedirectUris: [GONE] }, { clientId: 'disabled', enabled: false }),
];
/** The hint `good` is ours; everything else is not. */
const resolve = (...parameters: [string, string][]) =>
  resolveLogoutRequest(parameters, {
    client: (clientId) => Promise.resolve(CLIENTS.find((one) => one.clientId === clientId) ?? null),
    hint: (idToken) => Promise.resolve(idToken === 'good' ? HINT : idToken === 'of-removed' ? { ...HINT, audience: ['removed'] } : null),
  });

describe('RP-Initiated Logout 1.0 §3 (LOG-1) where the person goes', () => {
  it('to the registered address of the client the ID token was issued to, with state', async () => {
    await expect(resolve(['id_token_hint', 'good'], ['post_logout_redirect_uri', GONE], ['state', 'x'.repeat(128)])).resolves.toMatchObject({
      clientId: 's6BhdRkqt3', redirectUri: GONE, state: 'x'.repeat(128),
    });
  });

  it('to the registered address of a client that gives its id', async () => {
    await expect(resolve(['client_id', 's6BhdRkqt3'], ['post_logout_redirect_uri', GONE])).resolves.toMatchObject({ redirectUri: GONE, hint: null });
  });

  it.each<[string, [string, string][]]>([
    ['when nothing names the client', [['post_logout_redirect_uri', GONE], ['state', 'x']]],
    ['when the ID token is not ours', [['id_token_hint', 'forged'], ['post_logout_redirect_uri', GONE], ['state', 'x']]],
    ['when the ID token is not ours, though the client gives its id', [['id_token_hint', 'forged'], ['client_id', 's6BhdRkqt3'], ['post_logout_redirect_uri', GONE]]],
    ['when the client was removed', [['id_token_hint', 'of-removed'], ['post_logout_redirect_uri', GONE]]],
    ['when no address is given', [['id_token_hint', 'good'], ['state', 'x']]],
    ['when nothing is given', []],
    ['when only state is given', [['state', 'x']]],
  ])('MUST NOT be anywhere else: a page of ours %s', async (_case, parameters) => {
    await expect(resolve(...parameters)).resolves.toMatchObject({ redirectUri: null, state: null });
  });
});

describe('RP-Initiated Logout 1.0 §2 what a request must not contradict', () => {
  it.each<[string, [string, string][], ReasonId]>([
    ['an address of another client', [['id_token_hint', 'good'], ['post_logout_redirect_uri', 'https://other.example/gone']], 'end_session.unregistered_redirect_uri'],
    ['an address with a query added', [['id_token_hint', 'good'], ['post_logout_redirect_uri', `${GONE}?a=b`]], 'end_session.unregistered_redirect_uri'],
    ['an address with a path added', [['client_id', 's6BhdRkqt3'], ['post_logout_redirect_uri', `${GONE}/x`]], 'end_session.unregistered_redirect_uri'],
    ['client_id that is not the audience of the hint', [['id_token_hint', 'good'], ['client_id', 'other']], 'end_session.client_mismatch'],
    ['an unknown client', [['client_id', 'nobody']], 'end_session.unknown_client'],
    ['a disabled client', [['client_id', 'disabled']], 'end_session.unknown_client'],
    ['a repeated parameter (GEN-1)', [['client_id', 's6BhdRkqt3'], ['client_id', 'other']], 'request.repeated_parameter'],
  ])('MUST be refused: %s', async (_case, parameters, reason) => {
    const refusal = await resolve(...parameters).catch((error: unknown) => error);
    expect(refusal instanceof OAuthError && refusal.reason).toBe(reason);
  });
});

describe('RP-Initiated Logout 1.0 §6 (LOG-2) when the person is asked', () => {
  const request = (hint: LogoutRequest['hint']): LogoutRequest => ({ clientId: null, redirectUri: null, state: null, hint, uiLocales: [] });
  const session = { sid: 'qGZ1nJ0Yx7w', subject: () => HINT.subject };
  it.each<[string, LogoutRequest['hint'], typeof session | null, string]>([
    ['nobody is signed in', HINT, null, 'nobody'],
    ['nobody is signed in, no hint', null, null, 'nobody'],
    ['an ID token of this session', HINT, session, 'end'],
    ['an ID token of this person without a session', { ...HINT, sid: null }, session, 'end'],
    ['no ID token', null, session, 'confirm'],
    ['an ID token of another session of this person', { ...HINT, sid: 'earlier' }, session, 'confirm'],
    ['an ID token of somebody else without a session', { subject: 'usr_8fT0m2YcSTm1vE7vTzrWlA', sid: null }, session, 'confirm'],
    ['an ID token of somebody else', { subject: 'usr_8fT0m2YcSTm1vE7vTzrWlA', sid: 'theirs' }, session, 'confirm'],
  ])('%s', (_case, hint, present, expected) => {
    expect(decideLogout(request(hint), present)).toBe(expected);
  });
});

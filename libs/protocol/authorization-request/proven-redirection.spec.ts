import { FORM_PARAMETERS_MAX, OAuthError, Outage, type ReasonId } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { client as registered, webClient } from '../client/testing.js';
import { AuthorizationRefusal, identifyClient } from './index.js';
import { requestParameters, validating } from './testing.js';

const known = webClient();
const clients = { find: (clientId: string) => Promise.resolve(clientId === known.clientId ? known : null) };
const CALLBACK = 'https://client.example.org/cb';
const two = webClient({ redirectUris: [CALLBACK, 'https://client.example.org/other'] });

describe('RFC 6749 §4.1.2.1, AUT-2 the client of a request', () => {
  it('is found by its id', async () => {
    await expect(identifyClient(requestParameters(), clients)).resolves.toBe(known);
  });

  const REFUSED: [string, [string, string][], ReasonId][] = [
    ['no client_id', requestParameters({ client_id: '' }), 'request.missing_parameter'],
    ['a repeated client_id', requestParameters({ client_id: ['s6BhdRkqt3', 's6BhdRkqt3'] }), 'request.repeated_parameter'],
    ['a client_id after an empty one', requestParameters({ client_id: ['', 's6BhdRkqt3'] }), 'request.repeated_parameter'],
    ['an unknown client', requestParameters({ client_id: 'nobody' }), 'authorization_request.unknown_client'],
    ['a client_id in other letters', requestParameters({ client_id: 'S6BHDRKQT3' }), 'authorization_request.unknown_client'],
    ['a client_id beyond ASCII', requestParameters({ client_id: 's6BhdRkqt3ü' }), 'authorization_request.unknown_client'],
    ['too long a client_id', requestParameters({ client_id: 'c'.repeat(10_000) }), 'authorization_request.unknown_client'],
    ['a client_id with NUL', requestParameters({ client_id: 's6BhdRkqt3\0' }), 'request.malformed_parameter'],
    ['more parameters than anybody sends', Array.from({ length: FORM_PARAMETERS_MAX + 1 }, (_, i) => [`p${i}`, 'x']), 'request.too_many_parameters'],
  ];
  it.each(REFUSED)('MUST be shown on a page, never redirected: %s', async (_case, parameters, reason) => {
    await expect(identifyClient(parameters, clients)).rejects.toEqual(new OAuthError(reason));
  });

  it('MUST be enabled', async () => {
    const disabled = { find: () => Promise.resolve(webClient({}, { enabled: false })) };
    await expect(identifyClient(requestParameters(), disabled)).rejects.toEqual(new OAuthError('authorization_request.disabled_client'));
  });

  it('is told apart from an unknown one in the log only', () => {
    const texts = (['authorization_request.disabled_client', 'authorization_request.unknown_client'] as const).map((one) => new OAuthError(one).toWire());
    expect(texts[0]).toEqual(texts[1]);
  });

  it('lets an outage through: it is no statement about the client', async () => {
    const away = { find: () => Promise.reject(new Outage('client-metadata', 'stale')) };
    await expect(identifyClient(requestParameters(), away)).rejects.toBeInstanceOf(Outage);
  });
});

describe('AUT-1, AUT-2 until the redirect URI is proven every refusal is a page', () => {
  const PAGES: [string, Record<string, string | string[]>, ClientMetadata, ReasonId][] = [
    ['a path appended', { redirect_uri: `${CALLBACK}/x` }, known, 'authorization_request.redirect_uri_mismatch'],
    ['a query appended', { redirect_uri: `${CALLBACK}?x=1` }, known, 'authorization_request.redirect_uri_mismatch'],
    ['another client\'s', { redirect_uri: 'https://other.example.org/cb' }, known, 'authorization_request.redirect_uri_mismatch'],
    ['with prompt=none', { redirect_uri: 'https://evil.example/cb', prompt: 'none' }, known, 'authorization_request.redirect_uri_mismatch'],
    ['with everything else wrong', { redirect_uri: 'https://evil.example/cb', response_type: 'x', scope: '"' }, known, 'authorization_request.redirect_uri_mismatch'],
    ['of a client without any', { redirect_uri: CALLBACK }, registered(), 'authorization_request.redirect_uri_mismatch'],
    ['repeated', { redirect_uri: [CALLBACK, 'https://evil.example/cb'] }, known, 'request.repeated_parameter'],
    ['repeated with the same value', { redirect_uri: [CALLBACK, CALLBACK] }, known, 'request.repeated_parameter'],
    ['with NUL', { redirect_uri: `${CALLBACK}\0` }, known, 'request.malformed_parameter'],
    ['missing, two registered (RFC 6749 §3.1.2.3)', { redirect_uri: '', scope: 'orders.read' }, two, 'authorization_request.redirect_uri_missing'],
    ['missing with openid (OIDC Core §3.1.2.1)', { redirect_uri: '' }, known, 'authorization_request.redirect_uri_missing'],
    ['missing with a repeated scope', { redirect_uri: '', scope: ['orders.read', 'openid'] }, known, 'authorization_request.redirect_uri_missing'],
    ['missing of a FAPI client (FAPI 2.0 Security §5.3.2.2)', { redirect_uri: '', scope: 'orders.read' }, webClient({}, { profile: 'fapi2' }), 'authorization_request.redirect_uri_missing'],
  ];
  it.each(PAGES)('a redirect_uri %s', async (_case, overrides, of, reason) => {
    await expect(validating(overrides, of)).rejects.toEqual(new OAuthError(reason));
  });

  it('RFC 6749 §3.1.2.3 the only registered one stands for a missing one in plain OAuth', async () => {
    await expect(validating({ redirect_uri: '', scope: 'orders.read', resource: 'https://api.example.com/orders' })).resolves.toMatchObject({
      redirectUri: CALLBACK,
      redirectUriSent: false,
    });
    await expect(validating()).resolves.toMatchObject({ redirectUri: CALLBACK, redirectUriSent: true });
  });

  it('RFC 8252 §7.3 a native client gets its answer at the port it listens on', async () => {
    const native = webClient({ applicationType: 'native', redirectUris: ['http://127.0.0.1/cb'] }, { authenticationMethod: 'none' });
    await expect(validating({ redirect_uri: 'http://127.0.0.1:51004/cb' }, native)).resolves.toMatchObject({ redirectUri: 'http://127.0.0.1:51004/cb' });
  });
});

describe('RFC 6749 §4.1.2.1 a refusal that is redirected', () => {
  const refusalOf = (overrides: Record<string, string | string[]>, of = known) =>
    validating({ response_type: 'token', ...overrides }, of).catch((error: unknown) => error);

  it.each([
    ['its state, intact', { state: 'a b&c=ü' }, { state: 'a b&c=ü', responseMode: 'query', redirectUri: CALLBACK }],
    ['no state when none came', { state: '' }, { state: null }],
    ['no state that came twice', { state: ['a', 'a'] }, { state: null }],
    ['no state too long to be sent back', { state: 's'.repeat(2_049) }, { state: null }],
    ['no state with NUL', { state: 'a\0' }, { state: null }],
    ['the mode that was asked for', { response_mode: 'form_post' }, { responseMode: 'form_post' }],
    ['mode query when the asked one is unknown', { response_mode: 'fragment' }, { responseMode: 'query' }],
    ['mode query when it was asked twice', { response_mode: ['form_post', 'form_post'] }, { responseMode: 'query' }],
  ])('has %s', async (_case, overrides, target) => {
    expect(await refusalOf(overrides)).toBeInstanceOf(AuthorizationRefusal);
    expect(await refusalOf(overrides)).toMatchObject(target);
  });

  it('AUT-9 goes by no mode that the client did not register', async () => {
    expect(await refusalOf({ response_mode: 'query' }, webClient({ responseModes: ['form_post'] }))).toMatchObject({ responseMode: 'form_post' });
    expect(await refusalOf({}, webClient({ responseModes: ['form_post'] }))).toMatchObject({ responseMode: 'form_post' });
  });

  it('keeps the query of the redirect URI', async () => {
    const withQuery = `${CALLBACK}?dummy1=lorem&dummy2=ipsum`;
    expect(await refusalOf({ redirect_uri: withQuery }, webClient({ redirectUris: [withQuery] }))).toMatchObject({ redirectUri: withQuery });
  });

  it.each([
    ['a parameter of ours', { nonce: ['a', 'b'] }],
    ['one nobody knows', { made_up: ['a', 'b'] }],
    ['state', { state: ['a', 'b'] }],
    ['scope', { scope: ['openid', 'openid'] }],
    ['response_type', { response_type: ['code', 'code'] }],
    ['code_challenge', { code_challenge: ['a', 'b'] }],
    ['prompt, once empty', { prompt: ['', 'none'] }],
    ['request_uri', { request_uri: ['a', 'b'] }],
  ])('GEN-1 MUST follow a repeated parameter: %s', async (_case, overrides) => {
    await expect(validating(overrides)).rejects.toMatchObject({ refusal: new OAuthError('request.repeated_parameter'), redirectUri: CALLBACK });
  });
});

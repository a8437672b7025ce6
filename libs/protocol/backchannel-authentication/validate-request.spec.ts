import { assertionKey, NOW, signed } from '../client-authentication/testing.js';
import { isBindingMessage } from './index.js';
import { BackchannelEndpoint, callCentre, CLIENT_KEY, ISSUER, signingClient, VALID } from './testing.js';

const HINT = { login_hint: 'jane@example.com' };
const accepted = async (fields: Record<string, string | string[]>, client = callCentre()) => {
  const endpoint = new BackchannelEndpoint(client);
  await endpoint.answer(fields);
  const [stored] = endpoint.stored;
  if (stored === undefined) throw new Error('nothing was stored');
  return stored.request.request;
};
const refused = (fields: Record<string, string | string[]>, client = callCentre()) => new BackchannelEndpoint(client).refusal(fields);

describe('CIB-1 who may ask', () => {
  it.each([
    ['a public client', callCentre({}, { authenticationMethod: 'none' })],
    ['a client without the grant', callCentre({}, { grantTypes: ['client_credentials'] })],
    ['a client without a delivery mode', callCentre({ backchannelTokenDeliveryMode: null })],
    ['FAPI-CIBA §5.2.2: a FAPI client whose tokens would be pushed', signingClient({ backchannelTokenDeliveryMode: 'push' }, { profile: 'fapi-ciba' })],
    ['a FAPI 2 client whose tokens would be pushed', callCentre({ backchannelTokenDeliveryMode: 'push' }, { profile: 'fapi2' })],
  ])('not %s', async (_case, client) => {
    expect(await refused({ ...VALID, client_notification_token: 'token' }, client)).toBe('backchannel_authentication.client_not_allowed unauthorized_client 400');
  });
});

describe('CIBA Core §7.1 scope', () => {
  it.each([
    ['missing', HINT, 'request.missing_parameter invalid_request 400'],
    ['empty', { ...HINT, scope: '' }, 'request.missing_parameter invalid_request 400'],
    ['without openid', { ...HINT, scope: 'email' }, 'backchannel_authentication.no_openid invalid_scope 400'],
    ['malformed', { ...HINT, scope: 'openid "' }, 'scope.malformed invalid_scope 400'],
    ['not registered', { ...HINT, scope: 'openid profile' }, 'scope.not_registered invalid_scope 400'],
    ['of a resource the client may not have', { ...VALID, resource: 'https://nobody.example.com' }, 'resource.unknown invalid_target 400'],
  ])('%s', async (_case, fields, refusal) => {
    expect(await refused(fields)).toBe(refusal);
  });

  it('with what else the client registered, and for the resource it names', async () => {
    const { authority } = await accepted({ ...HINT, scope: 'openid email orders.read', resource: 'https://api.example.com/orders' });
    expect(authority).toMatchObject({ scope: ['openid', 'email', 'orders.read'], resources: ['https://api.example.com/orders'] });
  });
});

describe('CIBA Core §7.1 exactly one hint', () => {
  const loginHintToken = (claims: object = {}, key = CLIENT_KEY) =>
    signed(key, { iss: 's6BhdRkqt3', aud: ISSUER, exp: NOW + 60, sub_id: { format: 'email', email: 'jane@example.com' }, ...claims });

  it.each([
    ['none', { scope: 'openid' }],
    ['an empty one', { scope: 'openid', login_hint: '' }],
    ['login_hint and id_token_hint', { ...VALID, id_token_hint: 'x' }],
    ['login_hint and login_hint_token', { ...VALID, login_hint_token: 'x' }],
    ['all three', { ...VALID, login_hint_token: 'x', id_token_hint: 'y' }],
  ])('%s', async (_case, fields) => {
    expect(await refused(fields)).toBe('backchannel_authentication.hints invalid_request 400');
  });

  it('sent twice', async () => {
    expect(await refused({ scope: 'openid', login_hint: ['jane', 'joan'] })).toBe('request.repeated_parameter invalid_request 400');
  });

  it('a login_hint that is too long', async () => {
    expect(await refused({ ...VALID, login_hint: 'x'.repeat(257) })).toBe('backchannel_authentication.login_hint invalid_request 400');
    expect((await accepted({ ...VALID, login_hint: 'x'.repeat(256) })).hint).toMatchObject({ kind: 'identifier' });
  });

  it('an id_token_hint goes to who knows our ID tokens', async () => {
    expect((await accepted({ scope: 'openid', id_token_hint: 'the-token' })).hint).toEqual({ kind: 'id_token', value: 'the-token' });
  });

  it.each([
    ['an address', { format: 'email', email: 'jane@example.com' }, { kind: 'identifier', value: 'jane@example.com' }],
    ['the subject we gave the client', { format: 'opaque', id: 'usr_x' }, { kind: 'subject', value: 'usr_x' }],
    ['issuer and subject', { format: 'iss_sub', iss: ISSUER, sub: 'usr_x' }, { kind: 'subject', value: 'usr_x' }],
  ])('RFC 9493 a login_hint_token with %s', async (_case, sub_id, hint) => {
    const form = { scope: 'openid', login_hint_token: loginHintToken({ sub_id }) };
    expect((await accepted(form, signingClient({ backchannelRequestSigningAlgorithm: null }))).hint).toEqual(hint);
  });

  const BAD = 'backchannel_authentication.login_hint_token invalid_request 400';
  it.each([
    ['no JWT', 'abc', BAD],
    ['signed by somebody else', loginHintToken({}, assertionKey('client-1')), BAD],
    ['of a key the client does not have', loginHintToken({}, assertionKey('other')), BAD],
    ['of another issuer', loginHintToken({ iss: 'other' }), BAD],
    ['for another audience', loginHintToken({ aud: 'https://other.example.com' }), BAD],
    ['for us and another audience', loginHintToken({ aud: [ISSUER, 'https://other.example.com'] }), BAD],
    ['without an end', loginHintToken({ exp: undefined }), BAD],
    ['without a subject identifier', loginHintToken({ sub_id: undefined }), BAD],
    ['with a format nobody knows', loginHintToken({ sub_id: { format: 'phone_number', phone_number: '+1' } }), BAD],
    ['with the subject of another issuer', loginHintToken({ sub_id: { format: 'iss_sub', iss: 'https://other.example.com', sub: 'usr_x' } }), BAD],
    ['that has expired', loginHintToken({ exp: NOW }), 'backchannel_authentication.login_hint_token_expired expired_login_hint_token 400'],
    ['that has expired and is signed by somebody else', loginHintToken({ exp: NOW }, assertionKey('client-1')), BAD],
  ])('§13 a login_hint_token %s', async (_case, login_hint_token, refusal) => {
    expect(await refused({ scope: 'openid', login_hint_token }, signingClient({ backchannelRequestSigningAlgorithm: null }))).toBe(refusal);
  });

  it('a login_hint_token of a client without keys', async () => {
    expect(await refused({ scope: 'openid', login_hint_token: loginHintToken() })).toBe(BAD);
  });
});

describe('CIB-3 binding_message', () => {
  it.each(['1234', 'W4SCT', '   padded', 'Überweisung über 12,50 €', '転送 12', 'سلام 42', 'x'.repeat(64), '🙂'.repeat(64), 'é'.normalize('NFD').repeat(30)])('%j is shown', async (binding_message) => {
    expect((await accepted({ ...VALID, binding_message })).bindingMessage).toBe(binding_message);
  });

  it.each([
    ['too long', 'x'.repeat(65)],
    ['far too long', 'x'.repeat(470)],
    ['nothing to be seen', '   '],
    ['a line break', 'pay\n12'],
    ['a control', 'pay\u0007'],
    ['a turn of direction', 'pay \u202E21'],
    ['an isolate', 'pay \u206621\u2069'],
    ['a joiner nobody sees', 'pay\u200B12'],
    ['a line separator', 'pay\u2028'],
    ['a private character', 'pay\uE000'],
    ['markup', '<b>pay</b>'],
    ['stacked marks', 'p\u0301\u0302\u0303\u0304ay'],
  ])('%s is refused with invalid_binding_message', async (_case, binding_message) => {
    expect(await refused({ ...VALID, binding_message })).toBe('backchannel_authentication.binding_message invalid_binding_message 400');
    expect(isBindingMessage(binding_message)).toBe(false);
  });

  it('may be missing', async () => {
    expect((await accepted(VALID)).bindingMessage).toBeNull();
  });
});

describe('CIB-10 requested_expiry', () => {
  it.each([
    ['absent', undefined, 300],
    ['short', '10', 10],
    ['one second', '1', 1],
    ['as long as may be', '600', 600],
    ['longer', '601', 600],
    ['enormous', '9'.repeat(400), 600],
  ])('%s', async (_case, requested, seconds) => {
    expect((await accepted({ ...VALID, ...(requested === undefined ? {} : { requested_expiry: requested }) })).lifetimeSeconds).toBe(seconds);
  });

  it.each(['0', '-1', '1.5', '1e3', ' 10', '010', 'ten', '0x10', '１０'])('%j', async (requested_expiry) => {
    expect(await refused({ ...VALID, requested_expiry })).toBe('backchannel_authentication.requested_expiry invalid_request 400');
  });
});

describe('CIB-1 client_notification_token', () => {
  const pinged = callCentre({ backchannelTokenDeliveryMode: 'ping' });
  it.each([
    ['the bearer characters of RFC 6750', 'abc-._~+/123=='],
    ['the longest', 'x'.repeat(1024)],
  ])('%s', async (_case, client_notification_token) => {
    expect((await accepted({ ...VALID, client_notification_token }, pinged)).notificationToken).toBe(client_notification_token);
  });

  it.each([
    ['missing', {}],
    ['empty', { client_notification_token: '' }],
    ['too long', { client_notification_token: 'x'.repeat(1025) }],
    ['with a space', { client_notification_token: 'a b' }],
    ['with a line break', { client_notification_token: 'a\r\nx-header: b' }],
    ['beyond ASCII', { client_notification_token: 'ä' }],
  ])('%s', async (_case, fields) => {
    expect(await refused({ ...VALID, ...fields }, pinged)).toBe('backchannel_authentication.notification_token invalid_request 400');
  });

  it('is not kept for a client that polls', async () => {
    expect((await accepted({ ...VALID, client_notification_token: 'token' })).notificationToken).toBeNull();
  });
});

describe('CIBA Core §7.1 acr_values', () => {
  it('are a preference', async () => {
    expect((await accepted({ ...VALID, acr_values: '1 2' })).acrValues).toEqual(['1', '2']);
    expect((await accepted(VALID, callCentre({ defaultAcrValues: ['1'] }))).acrValues).toEqual(['1']);
  });

  it.each([
    ['too many', Array.from({ length: 21 }, (_, n) => n).join(' ')],
    ['two spaces', '1  2'],
    ['beyond ASCII', 'ä'],
  ])('%s', async (_case, acr_values) => {
    expect(await refused({ ...VALID, acr_values })).toBe('backchannel_authentication.acr_values invalid_request 400');
  });
});

import { ClientId } from '@tessera/vocabulary';
import { type BackchannelClient, backchannelProblems, backchannelRegistrationOf } from './backchannel-registration.js';

const CIBA = 'urn:openid:params:grant-type:ciba';
const URL = 'https://client.example.org/told';

function declared(overrides: Partial<BackchannelClient> = {}): BackchannelClient {
  return {
    clientId: ClientId.parse('call-centre'),
    profile: 'openid',
    authenticationMethod: 'client_secret_basic',
    grantTypes: [CIBA],
    backchannelTokenDeliveryMode: 'poll',
    backchannelClientNotificationEndpoint: null,
    backchannelRequestSigningAlgorithm: null,
    backchannelUserCodeParameter: false,
    backchannelLongPolling: false,
    backchannelNumberMatching: false,
    ...overrides,
  };
}
const places = (overrides: Partial<BackchannelClient>) => backchannelProblems(declared(overrides), ['clients', 0]).map(({ path }) => path.slice(2).join('.'));
const ping = { backchannelTokenDeliveryMode: 'ping', backchannelClientNotificationEndpoint: URL } as const;
const fapi = { profile: 'fapi-ciba', authenticationMethod: 'private_key_jwt', backchannelRequestSigningAlgorithm: 'ES256' } as const;

describe('CIBA Core §4 what a client registers', () => {
  it.each<[string, Partial<BackchannelClient>]>([
    ['poll', {}],
    ['ping', ping],
    ['push', { ...ping, backchannelTokenDeliveryMode: 'push' }],
    ['FAPI-CIBA', fapi],
    ['FAPI-CIBA that is pinged', { ...fapi, ...ping }],
    ['no backchannel authentication at all', { grantTypes: [], backchannelTokenDeliveryMode: null }],
  ])('%s', (_case, overrides) => {
    expect(places(overrides)).toEqual([]);
    expect(backchannelRegistrationOf(declared(overrides))).toMatchObject({ backchannelTokenDeliveryMode: declared(overrides).backchannelTokenDeliveryMode });
  });

  it.each<[string, Partial<BackchannelClient>, string]>([
    ['the grant without a mode', { backchannelTokenDeliveryMode: null }, 'backchannelTokenDeliveryMode'],
    ['a mode without the grant', { grantTypes: [] }, 'backchannelTokenDeliveryMode'],
    ['a public client (CIB-1)', { authenticationMethod: 'none' }, 'grantTypes.0'],
    ['ping without an endpoint', { backchannelTokenDeliveryMode: 'ping' }, 'backchannelClientNotificationEndpoint'],
    ['push without an endpoint', { backchannelTokenDeliveryMode: 'push' }, 'backchannelClientNotificationEndpoint'],
    ['poll with an endpoint', { backchannelClientNotificationEndpoint: URL }, 'backchannelClientNotificationEndpoint'],
    ['an endpoint over http (CIB-8)', { ...ping, backchannelClientNotificationEndpoint: 'http://client.example.org' }, 'backchannelClientNotificationEndpoint'],
    ['an endpoint with a user name', { ...ping, backchannelClientNotificationEndpoint: 'https://a:b@client.example.org' }, 'backchannelClientNotificationEndpoint'],
    ['signed requests without keys', { backchannelRequestSigningAlgorithm: 'ES256' }, 'backchannelRequestSigningAlgorithm'],
    ['FAPI-CIBA §5.2.2: push', { ...fapi, ...ping, backchannelTokenDeliveryMode: 'push' }, 'backchannelTokenDeliveryMode'],
    ['FAPI-CIBA §5.2.2: unsigned requests', { ...fapi, backchannelRequestSigningAlgorithm: null }, 'backchannelRequestSigningAlgorithm'],
    ['FAPI-CIBA: RS256', { ...fapi, backchannelRequestSigningAlgorithm: 'RS256' }, 'backchannelRequestSigningAlgorithm'],
  ])('not %s', (_case, overrides, place) => {
    expect(places(overrides)).toEqual([place]);
  });
});

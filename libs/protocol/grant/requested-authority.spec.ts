import { webClient } from '../client/testing.js';
import { authorizationRequest } from '../interaction/testing.js';
import { claimNamesOf, isOffline, narrowedTo, requestedAuthority } from './index.js';

const asked = (overrides: object, client = webClient()) => requestedAuthority(authorizationRequest(overrides), client);

describe('OIDC Core §11 offline_access', () => {
  it('is asked for by a client that may refresh', () => {
    expect(isOffline(asked({ scope: ['openid', 'offline_access'] }))).toBe(true);
  });

  it('MUST be ignored for a client that may not', () => {
    const client = webClient({}, { grantTypes: ['authorization_code'] });
    expect(asked({ scope: ['openid', 'offline_access'] }, client).scope).toEqual(['openid']);
  });
});

describe('UIX-7 a person may only narrow', () => {
  const authority = asked({ scope: ['openid', 'profile', 'email'] });
  it.each([
    ['all ticked', ['profile', 'email'], ['openid', 'profile', 'email']],
    ['one ticked', ['email'], ['openid', 'email']],
    ['nothing ticked', [], ['openid']],
    ['what nobody asked for', ['email', 'phone', 'offline_access'], ['openid', 'email']],
  ])('%s', (_case, ticked, expected) => {
    expect(narrowedTo(authority, ticked).scope).toEqual(expected);
  });
});

describe('OIDC Core §5.5 requested claims', () => {
  it('stand in the authority by place; an empty request is none', () => {
    expect(asked({ claims: { userinfo: {}, id_token: {} } }).claims).toEqual({});
    const { claims } = asked({ claims: { userinfo: { name: null }, id_token: { email: { essential: true } } } });
    expect(claims).toEqual({ userinfo: { name: null }, id_token: { email: { essential: true } } });
  });

  it('are named once', () => {
    expect(claimNamesOf(asked({ claims: { userinfo: { name: null, email: null }, id_token: { name: null } } }))).toEqual(['name', 'email']);
  });
});

import { BACKCHANNEL_LOGOUT_EVENT, LOGOUT_TOKEN_TYPE, logoutForm, logoutTokenClaims } from './index.js';

const FACTS = { issuer: 'https://as.example.com', clientId: 's6BhdRkqt3', subject: 'usr_x', sid: 'qGZ1nJ0Yx7w', tokenId: '0b9b7a0e-5a6e-4c55-9c0e-0a4c1f1e7f01', now: 1_700_000_000 };

describe('Back-Channel Logout §2.4; LOG-4', () => {
  it('MUST have iss, aud, iat, exp, jti and events, and says both whom and which session', () => {
    expect(logoutTokenClaims(FACTS)).toEqual({
      iss: FACTS.issuer,
      aud: FACTS.clientId,
      iat: FACTS.now,
      exp: FACTS.now + 120,
      jti: FACTS.tokenId,
      sub: FACTS.subject,
      sid: FACTS.sid,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
  });

  it('MUST NOT have a nonce', () => {
    expect(logoutTokenClaims(FACTS)).not.toHaveProperty('nonce');
  });

  it('has a type of its own, and one event with no member', () => {
    expect(LOGOUT_TOKEN_TYPE).toBe('logout+jwt');
    expect(logoutTokenClaims(FACTS)['events']).toEqual({ [BACKCHANNEL_LOGOUT_EVENT]: {} });
  });
});

describe('Back-Channel Logout §2.5', () => {
  it('is sent as a form with that one parameter', () => {
    expect(logoutForm('a.b-_.c')).toBe('logout_token=a.b-_.c');
  });
});

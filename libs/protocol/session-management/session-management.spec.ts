import { browserStateOf, sessionState } from './index.js';

const HANDLE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const facts = { clientId: 's6BhdRkqt3', redirectUri: 'https://client.example.org/cb?a=b', browserState: browserStateOf(HANDLE), salt: 'c2FsdA' };

describe('Session Management §3.2 session_state', () => {
  it('is a salted hash without a space, the salt behind a dot', () => {
    expect(sessionState(facts)).toMatch(/^[0-9a-f]{64}\.c2FsdA$/);
  });

  it('depends on the origin of the redirect URI and not on the rest of it', () => {
    expect(sessionState({ ...facts, redirectUri: 'https://client.example.org/other' })).toBe(sessionState(facts));
    expect(sessionState({ ...facts, redirectUri: 'https://client.example.org:8443/cb' })).not.toBe(sessionState(facts));
  });

  it.each([
    ['another client', { clientId: 'other' }],
    ['another session', { browserState: browserStateOf('x') }],
    ['no session', { browserState: '' }],
    ['another salt', { salt: 'x' }],
  ])('is another value for %s', (_case, change) => {
    expect(sessionState({ ...facts, ...change })).not.toBe(sessionState(facts));
  });

  it('is none for an application that can load no frame', () => {
    expect(sessionState({ ...facts, redirectUri: 'com.example.app:/cb' })).toBeNull();
  });

  it('GEN-5 tells nothing of the handle it is made of', () => {
    expect(browserStateOf(HANDLE)).toMatch(/^[\w-]{43}$/);
    expect(browserStateOf(HANDLE)).not.toBe(HANDLE);
  });
});

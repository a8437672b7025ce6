import { formTarget, isPageUrl, isRegisteredRedirectUri, redirectUriFault, redirectUriHost } from './index.js';

const web = (...redirectUris: string[]) => ({ redirectUris, applicationType: 'web' as const });
const native = (...redirectUris: string[]) => ({ redirectUris, applicationType: 'native' as const });
const CALLBACK = 'https://client.example.org/cb?tenant=a%20b';

describe('AUT-1 RFC 9700 §4.1.3 a redirect URI is compared as a string', () => {
  it('is one of the registered ones', () => {
    expect(isRegisteredRedirectUri(CALLBACK, web('https://client.example.org/other', CALLBACK))).toBe(true);
  });

  it.each([
    ['a path appended', `${CALLBACK}/x`],
    ['a query appended', `${CALLBACK}&x=1`],
    ['its query left out', 'https://client.example.org/cb'],
    ['its query changed', 'https://client.example.org/cb?tenant=b'],
    ['another escape of the same', 'https://client.example.org/cb?tenant=a+b'],
    ['a trailing slash', 'https://client.example.org/cb/?tenant=a%20b'],
    ['a fragment', `${CALLBACK}#x`],
    ['upper case in the host', 'https://CLIENT.example.org/cb?tenant=a%20b'],
    ['the default port', 'https://client.example.org:443/cb?tenant=a%20b'],
    ['a dot segment', 'https://client.example.org/x/../cb?tenant=a%20b'],
    ['a subdomain', 'https://evil.client.example.org/cb?tenant=a%20b'],
    ['a user name', 'https://client.example.org@evil.example/cb?tenant=a%20b'],
    ['a prefix of it', CALLBACK.slice(0, -1)],
    ['a space before it', ` ${CALLBACK}`],
    ['a line break after it', `${CALLBACK}\n`],
    ['nothing', ''],
  ])('MUST NOT match with %s', (_case, value) => {
    expect(isRegisteredRedirectUri(value, web(CALLBACK))).toBe(false);
    expect(isRegisteredRedirectUri(value, native(CALLBACK))).toBe(false);
  });
});

describe('RFC 8252 §7.3 the loopback redirect of a native client', () => {
  it.each([
    ['any port, none registered', 'http://127.0.0.1:51004/cb', 'http://127.0.0.1/cb'],
    ['any port, another registered', 'http://127.0.0.1:51004/cb', 'http://127.0.0.1:80/cb'],
    ['no port, one registered', 'http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb'],
    ['IPv6', 'http://[::1]:51004/cb?x=1', 'http://[::1]/cb?x=1'],
    ['no path', 'http://127.0.0.1:51004', 'http://127.0.0.1'],
  ])('MUST allow any port: %s', (_case, value, registered) => {
    expect(isRegisteredRedirectUri(value, native(registered))).toBe(true);
    expect(isRegisteredRedirectUri(value, web(registered))).toBe(false);
  });

  it.each([
    ['another path', 'http://127.0.0.1:51004/other'],
    ['another query', 'http://127.0.0.1:51004/cb?x=1'],
    ['the other loopback address', 'http://[::1]:51004/cb'],
    ['a loopback address of another spelling', 'http://127.0.0.2:51004/cb'],
    ['the name localhost (§8.3)', 'http://localhost:51004/cb'],
    ['another scheme', 'https://127.0.0.1:51004/cb'],
    ['a port beyond all', 'http://127.0.0.1:65536/cb'],
    ['a port that is a host', 'http://127.0.0.1:1@evil.example/cb'],
    ['a host that begins like it', 'http://127.0.0.1.evil.example/cb'],
    ['no digits behind the colon', 'http://127.0.0.1:/cb'],
  ])('MUST NOT allow %s', (_case, value) => {
    expect(isRegisteredRedirectUri(value, native('http://127.0.0.1/cb'))).toBe(false);
  });

  it('MUST NOT free the port of localhost or of https', () => {
    expect(isRegisteredRedirectUri('http://localhost:5/cb', native('http://localhost/cb'))).toBe(false);
    expect(isRegisteredRedirectUri('https://app.example.com:5/cb', native('https://app.example.com/cb'))).toBe(false);
  });
});

describe('REG-2 a redirect URI that may be registered', () => {
  it.each([
    ['web', 'https://client.example.org/cb'],
    ['web', 'https://client.example.org'],
    ['web', 'https://client.example.org:8443/cb?dummy1=lorem&dummy2=ipsum'],
    ['web', 'http://127.0.0.1:4200/cb'],
    ['web', 'http://localhost:4200/cb'],
    ['native', 'http://[::1]/cb'],
    ['native', 'com.example.app:/callback'],
    ['native', 'com.example.app://host/callback'],
    ['native', 'https://app.example.com/cb'],
  ] as const)('of a %s client: %s', (applicationType, value) => {
    expect(redirectUriFault(value, applicationType)).toBeNull();
  });

  it.each([
    ['a relative one', '/cb'],
    ['nothing', ''],
    ['a fragment', 'https://client.example.org/cb#x'],
    ['an empty fragment', 'https://client.example.org/cb#'],
    ['a user name', 'https://user@client.example.org/cb'],
    ['an empty user name', 'https://@client.example.org/cb'],
    ['a wildcard host', 'https://*.example.org/cb'],
    ['a wildcard path', 'https://client.example.org/*'],
    ['http elsewhere', 'http://client.example.org/cb'],
    ['http on a name that begins like loopback', 'http://127.0.0.1.example.org/cb'],
    ['a private-use scheme without a dot', 'myapp:/cb'],
    ['javascript', 'javascript:alert(1)//.x'],
    ['data', 'data:text/html,x'],
    ['a file', 'file:///etc/passwd'],
    ['an upper-case scheme', 'HTTPS://client.example.org/cb'],
    ['a missing slash that parsers repair', 'https:/client.example.org/cb'],
    ['a backslash that parsers turn', 'https://client.example.org\\@evil.example/'],
    ['a tab that parsers drop', 'https://client.example.org/\tcb'],
    ['a line break', 'https://client.example.org/cb\n'],
    ['a space', 'https://client.example.org/c b'],
    ['letters outside ASCII', 'https://bücher.example/cb'],
    ['a trailing dot of the host', 'https://client.example.org./cb'],
    ['a dot segment', 'https://client.example.org/a/../cb'],
    ['an escaped dot segment', 'https://client.example.org/a/%2e%2E/cb'],
    ['a dot segment at its end', 'https://client.example.org/a/..'],
    ['the response parameter code', 'https://client.example.org/cb?code=x'],
    ['the response parameter state', 'https://client.example.org/cb?a=b&state'],
    ['the response parameter iss', 'https://client.example.org/cb?iss=x'],
    ['the response parameter error', 'https://client.example.org/cb?error=x'],
    ['the parameter response', 'https://client.example.org/cb?response=x'],
    ['too many characters', `https://client.example.org/${'a'.repeat(2_000)}`],
  ])('MUST NOT have %s', (_case, value) => {
    expect(redirectUriFault(value, 'native')).toEqual(expect.any(String));
    expect(redirectUriFault(value, 'web')).toEqual(expect.any(String));
  });

  it('MUST NOT have a private-use scheme for a web client', () => {
    expect(redirectUriFault('com.example.app:/callback', 'web')).toEqual(expect.stringContaining('native'));
  });
});

describe('OIDC Core §8.1 the host of a redirect URI', () => {
  it.each([
    ['https://client.example.org:8443/cb', 'client.example.org'],
    ['com.example.app:/callback', null],
    ['nothing of the kind', null],
  ])('of %s is %s', (value, host) => {
    expect(redirectUriHost(value)).toBe(host);
  });
});

describe('UIX-5 the form target of a redirect URI', () => {
  it.each([
    ['https://client.example.org/cb?x=1', 'https://client.example.org'],
    ['http://127.0.0.1:4200/cb', 'http://127.0.0.1:4200'],
    ['http://[::1]:4200/cb', 'http:'],
    ['com.example.app:/callback', 'com.example.app:'],
  ])('of %s is %s', (value, target) => {
    expect(formTarget(value)).toBe(target);
  });
});

describe('REG-4 the URL of a page of a client', () => {
  it.each(['https://client.example.org', 'https://client.example.org/terms?lang=de#privacy', 'http://127.0.0.1:4200/logo.svg'])('may be %s', (value) => {
    expect(isPageUrl(value)).toBe(true);
  });

  it.each([
    ['javascript', 'javascript:alert(1)'],
    ['data', 'data:image/svg+xml,x'],
    ['http elsewhere', 'http://client.example.org'],
    ['a relative one', '/terms'],
    ['a user name', 'https://user@client.example.org'],
    ['a missing slash that parsers repair', 'https:/client.example.org'],
    ['a line break', 'https://client.example.org/\n'],
    ['a quote', 'https://client.example.org/"x'],
    ['letters outside ASCII', 'https://bücher.example/'],
    ['too many characters', `https://client.example.org/${'a'.repeat(2_048)}`],
  ])('MUST NOT have %s', (_case, value) => {
    expect(isPageUrl(value)).toBe(false);
  });
});

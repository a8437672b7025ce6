import { OUTBOUND_URL_LENGTH_MAX, parseOutboundUrl } from './index.js';

describe('Ours (OUT-1, REG-4): a URL this provider may call', () => {
  it.each([
    'https://client.example.com/jwks',
    'https://client.example.com',
    'HTTPS://client.example.com:8443/a/b?c=d',
    'https://[2606:4700::6810:84e5]/jwks',
    'https://client.example.com/@scope/jwks?q=a@b',
  ])('accepts %s', (value) => {
    expect(parseOutboundUrl(value)).toHaveProperty('url');
  });

  it.each([
    ['http', 'http://client.example.com/jwks', 'not_https'],
    ['another scheme', 'file:///etc/passwd', 'not_https'],
    ['a scheme that only looks like https', 'https+x://client.example.com', 'not_https'],
    ['a relative reference', '/jwks', 'malformed'],
    ['nothing', '', 'malformed'],
    ['a tab the parser would drop', 'https://client.example.com/\tjwks', 'malformed'],
    ['a line break the parser would drop', 'https://client.example.com/jwks\n', 'malformed'],
    ['a missing slash the parser would repair', 'https:/client.example.com/jwks', 'malformed'],
    ['a backslash the parser would turn', 'https://client.example.com\\@10.0.0.1/', 'malformed'],
    ['letters outside ASCII', 'https://bücher.example/jwks', 'malformed'],
    ['too many characters', `https://client.example.com/${'a'.repeat(OUTBOUND_URL_LENGTH_MAX)}`, 'malformed'],
    ['a user name', 'https://user@client.example.com/jwks', 'credentials'],
    ['a password', 'https://user:secret@client.example.com/jwks', 'credentials'],
    ['empty credentials', 'https://@client.example.com/jwks', 'credentials'],
    ['a fragment', 'https://client.example.com/jwks#keys', 'fragment'],
    ['an empty fragment', 'https://client.example.com/jwks#', 'fragment'],
    ['a trailing dot', 'https://client.example.com./jwks', 'host'],
  ])('MUST refuse %s', (_case, value, fault) => {
    expect(parseOutboundUrl(value)).toEqual({ fault });
  });
});

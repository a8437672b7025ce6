import { cookieName, readCookie, setCookie } from './browser-cookie.js';

describe('RFC 6265 the cookie that tells browsers apart', () => {
  it.each([
    ['alone', 'n=v', 'v'],
    ['among others', 'a=b; n=v; c=d', 'v'],
    ['absent', 'a=b', null],
    ['twice, as a planted one would make it', 'n=v; n=w', null],
    ['no header', undefined, null],
  ])('%s', (_case, header, value) => {
    expect(readCookie(header, 'n')).toBe(value);
  });

  it('over https it is bound to this host and never sent in clear', () => {
    expect(cookieName('https://app.example')).toBe('__Host-tessera-playground');
    expect(setCookie('https://app.example', 'v')).toBe('__Host-tessera-playground=v; Path=/; HttpOnly; SameSite=Lax; Secure');
  });
});

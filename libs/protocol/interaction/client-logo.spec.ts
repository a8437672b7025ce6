import { CLIENT_LOGO_BYTES_MAX, ClientLogo, clientLogo } from './index.js';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('REG-8, OIDC Registration §2 the picture of a client', () => {
  it.each([
    ['png', PNG],
    ['jpeg', bytes('\xff\xd8\xff\xe0JFIF')],
    ['gif', bytes('GIF89a...')],
    ['webp', bytes('RIFF\x10\x00\x00\x00WEBPVP8 ')],
  ])('is carried as the %s it is', (kind, file) => {
    const logo = clientLogo(file);
    expect(logo).toBe(`data:image/${kind};base64,${file.toString('base64')}`);
    expect(ClientLogo.parse(logo)).toBe(logo);
  });

  it.each([
    ['a document with scripts (SVG)', bytes('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['a page', bytes('<!doctype html>')],
    ['a picture that begins later', Buffer.concat([bytes(' '), PNG])],
    ['nothing', bytes('')],
    ['a sound within RIFF', bytes('RIFF\x10\x00\x00\x00WAVEfmt ')],
    ['too much', Buffer.concat([PNG, Buffer.alloc(CLIENT_LOGO_BYTES_MAX)])],
  ])('MUST NOT be %s', (_case, file) => {
    expect(clientLogo(file)).toBeNull();
  });

  it('fits the largest that may be', () => {
    expect(ClientLogo.safeParse(clientLogo(Buffer.concat([PNG, Buffer.alloc(CLIENT_LOGO_BYTES_MAX - PNG.length)]))).success).toBe(true);
  });

  it.each(['https://client.example.org/logo.png', 'data:image/svg+xml;base64,AAAA', 'data:image/png;base64,AA"onload=x', 'data:text/html;base64,AAAA'])('MUST NOT be %j on a page', (logo) => {
    expect(ClientLogo.safeParse(logo).success).toBe(false);
  });
});

import { exactly, html, webAddress } from './html.js';
import { languageFor } from './texts/index.js';
import { describeDevice } from './device.js';
import { originOf } from './leaving-pages.js';
import { contentSecurityPolicy } from './page-answer.js';

describe('AUT-8, EDG-9 everything in a page is escaped', () => {
  it.each([
    ['an element', `<script>alert(1)</script>`, '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['the end of an attribute', `" autofocus onfocus="x`, '&quot; autofocus onfocus=&quot;x'],
    ['an apostrophe', `it's`, 'it&#39;s'],
    ['an entity', '&lt;', '&amp;lt;'],
  ])('also %s', (_case, value, written) => {
    expect(html`<p title="${value}">${value}</p>`.text).toBe(`<p title="${written}">${written}</p>`);
  });

  it('UAX #9: a name cannot turn the direction of the sentence it stands in', () => {
    expect(html`<h1>${'Acme\u202e\u2066'} asks for access</h1>`.text).toBe('<h1>Acme asks for access</h1>');
    expect(html`<b>${'\u05d0\u05db\u05de\u05d4'}</b>`.text).toBe('<b>\u05d0\u05db\u05de\u05d4</b>');
  });

  it('RFC 6749 §4.1.2: a state goes back as it came, all the same escaped', () => {
    expect(html`<input value="${exactly('a\u202eb"<')}">`.text).toBe('<input value="a\u202eb&quot;&lt;">');
  });

  it('once: what a template wrote is not escaped again', () => {
    expect(html`<ul>${['a&b', 'c'].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe('<ul><li>a&amp;b</li><li>c</li></ul>');
  });

  it('writes nothing for what is not there', () => {
    expect(html`a${null}b${false}c${undefined}d${0}`.text).toBe('abcd0');
  });
});

describe('Ours: a registered address becomes a link only if a browser may go there', () => {
  it.each([
    ['https://client.example/privacy', 'https://client.example/privacy'],
    ['http://client.example', 'http://client.example/'],
    ['javascript:alert(1)', null],
    ['JaVaScRiPt:alert(1)', null],
    ['data:text/html,x', null],
    ['/relative', null],
    ['', null],
    [null, null],
  ])('%j', (uri, address) => {
    expect(webAddress(uri)).toBe(address);
  });
});

describe('UIX-5 what a form may lead to', () => {
  it.each([
    ['https://client.example/cb?a=b', 'https://client.example'],
    ['http://127.0.0.1:8080/cb', 'http://127.0.0.1:8080'],
    ['com.example.app:/cb', 'com.example.app:'],
  ])('%s is %s', (address, source) => {
    expect(originOf(address)).toBe(source);
    expect(contentSecurityPolicy({ formTargets: [source], scriptNonce: null })).toContain(`form-action 'self' ${source};`);
  });

  it.each(["https://a.example; script-src 'unsafe-inline'", 'https://a.example https://b.example', "'unsafe-inline'", '*', 'https://a.example\r\nX: y', 'https://a.example,'])(
    'MUST NOT let %j into the policy',
    (target) => {
      expect(contentSecurityPolicy({ formTargets: [target], scriptNonce: null })).toContain("form-action 'self';");
    },
  );
});

describe('OIDC Core §3.1.2.1 ui_locales', () => {
  it.each([[[]], [['se']], [['en']], [['EN-gb']], [['de-AT', 'fr', 'en']], [['constructor']], [['']]])('%j is answered in English, the one language there is', (locales) => {
    expect(languageFor(locales).tag).toBe('en');
  });
});

describe('Ours: a session is called by its browser and its system', () => {
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', { browser: 'Edge', system: 'Windows' }],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15', { browser: 'Safari', system: 'Mac' }],
    ['Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36', { browser: 'Chrome', system: 'Android' }],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', { browser: 'Firefox', system: 'Linux' }],
    ['curl/8.5.0', null],
    ['', null],
  ])('%s', (userAgent, device) => {
    expect(describeDevice(userAgent)).toEqual(device);
  });
});

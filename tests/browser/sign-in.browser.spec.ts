import { jest } from '@jest/globals';
import { demo, demoUser } from '../flows/demo.js';
import { accessibilityFindings, overflowsSideways, screenshot, useBrowser } from './browser.js';
import { authorizeInBrowser } from './sign-in.js';

const FLOW_MS_MAX = 60_000;
jest.setTimeout(FLOW_MS_MAX);

const suite = useBrowser();

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('RFC 6749 §4.1.2 the authorization response, in a browser %s', (_case, javaScript) => {
  it('brings code, state and iss (RFC 9207 §2) and nothing else', async () => {
    const { answer, steps } = await authorizeInBrowser(await suite.page({ javaScript }), { parameters: { state: 'a state' } });
    expect(steps).toEqual(['password']);
    expect([...answer.keys()].sort()).toEqual(['code', 'iss', 'state']);
    expect(Object.fromEntries(answer)).toMatchObject({ state: 'a state', iss: demo.issuer });
  });

  it('is there at once for somebody who is signed in, and never with prompt=login (OIDC Core §3.1.2.1)', async () => {
    const page = await suite.page({ javaScript });
    await authorizeInBrowser(page);
    expect((await authorizeInBrowser(page, { parameters: { prompt: 'none' } })).answer.get('error')).toBeNull();
    expect((await authorizeInBrowser(page, { parameters: { prompt: 'login' } })).steps).toEqual(['password']);
  });

  it('tells what is wrong when nobody is signed in and nothing may be asked', async () => {
    const { answer, steps } = await authorizeInBrowser(await suite.page({ javaScript }), { parameters: { prompt: 'none', state: 's' } });
    expect(steps).toEqual([]);
    expect(Object.fromEntries(answer)).toMatchObject({ error: 'login_required', state: 's', iss: demo.issuer });
  });
});

describe('RFC 6749 §4.1.2.1 a redirect URI that is not proven gets nothing', () => {
  it.each(['narrow', 'wide'] as const)('the person is told at the provider, readably: %s', async (viewport) => {
    const page = await suite.page({ viewport, scheme: viewport === 'narrow' ? 'dark' : 'light' });
    const { steps } = await authorizeInBrowser(page, { parameters: { redirect_uri: 'https://attacker.example/cb' } });
    expect(steps).toEqual([]);
    expect(new URL(page.url()).origin).toBe(demo.origin);
    await screenshot(page, `provider-error-${viewport}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowsSideways(page)).toBe(false);
  });
});

describe('OIDC Core §3.1.2.3 the page after a wrong password', () => {
  it('says so, keeps the name, is readable, and lets the right one in', async () => {
    const page = await suite.page();
    const { username, password } = demoUser('bob');
    let tries = 0;
    const person = { username, get password() { return (tries += 1) === 1 ? 'not his password' : password; } };
    const { answer, steps } = await authorizeInBrowser(page, { person, look: async () => expect(await accessibilityFindings(page)).toEqual([]) });
    expect(steps).toEqual(['password', 'password']);
    expect(answer.get('code')).not.toBeNull();
  });
});

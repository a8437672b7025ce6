import { AccountPage } from '@tessera/contracts';
import { formToken } from '../browser/index.js';
import { RunningEdge } from '../testing.js';
import { accountAs, BROWSER_HANDLE, handleOf, playScenes, SCENES, stepReply, type STEPS } from './testing.js';
import { clientTile } from './layout.js';
import { Pages } from './pages.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
  playScenes(edge.owners);
});
afterAll(() => edge.close());

const pages = new Pages('https://as.example.com');
const step = (scene: keyof typeof STEPS): string => pages.step(stepReply(scene), 'token').html;

async function shown(scene: string): Promise<string> {
  edge.owners.to(AccountPage).reply(() => accountAs(scene.replace('account-', '')));
  const { body } = await edge.send('GET', SCENES[scene] ?? '', ['Accept: text/html', `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`]);
  return Buffer.from(body, 'latin1').toString('utf8');
}

describe.each(Object.keys(SCENES))('Ours: the page %s', (scene) => {
  it('is whole without JavaScript and under its own policy: no handler, no inline style, no foreign resource', async () => {
    const html = await shown(scene);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html.match(/<script/g)?.length ?? 0).toBe(scene === 'form-post' || scene.startsWith('approvals') ? 1 : 0);
    expect(html).not.toMatch(/\s(style|on[a-z]+)="|<style|<img|<iframe|<object|javascript:/);
    expect([...html.matchAll(/<link rel="stylesheet" href="([^"]*)"/g)].map(([, href]) => href?.startsWith('/style.'))).toEqual([true]);
  });

  it('WCAG 2.2 §1.3.1, §2.4.2 has one heading of the first rank and a title of its own', async () => {
    const html = await shown(scene);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toMatch(/<title>[^<]{4,} – Tessera<\/title>/);
  });

  it('UIX-4 every form of ours is a POST with a token of this browser', async () => {
    const html = await shown(scene);
    if (scene === 'form-post') return;
    const tokens = [formToken(BROWSER_HANDLE, 'account:account'), formToken(BROWSER_HANDLE, 'device:user-code'), formToken(BROWSER_HANDLE, 'approvals:approvals'), formToken(BROWSER_HANDLE, `interaction:${handleOf(scene)}`)];
    for (const [form = ''] of html.matchAll(/<form\b[\s\S]*?<\/form>/g)) {
      expect(form).toMatch(/^<form method="post" action="\/(interaction|account|device|approvals)"/);
      expect(tokens).toContain(/name="csrf" value="([^"]*)"/.exec(form)?.[1]);
    }
  });
});

describe('UIX-7 consent in words', () => {
  it('names the client, the person, each scope in a sentence, those of a resource under its name, and how long', () => {
    const html = step('consent');
    for (const text of ['Acme Orders asks for access', 'Alice Example', 'Know who you are', 'See your profile', 'See your email address', 'Keep access when you are away', 'Use Orders', 'Use Invoices', 'birthday', '365 days']) {
      expect(html).toContain(text);
    }
    expect(html.indexOf('Use Orders')).toBeLessThan(html.indexOf('orders.read'));
    expect(html.indexOf('orders.write')).toBeLessThan(html.indexOf('Use Invoices'));
  });

  it('REG-8 tells that a client registered itself, and where it is instead of where it says it is', () => {
    const html = step('consent-unverified');
    for (const text of ['This app registered itself', 'goes to not-the-bank.example, second.example', 'id="unverified"']) expect(html).toContain(text);
    expect(html).not.toContain('bank.example</p>\n<p class="who">');
    expect(html).not.toContain('<p class="host from">bank.example');
    expect(step('consent')).not.toContain('registered itself');
  });

  it('REG-8 shows the picture that came with the page, and never the address of one', () => {
    const logo = 'data:image/png;base64,iVBORw0KGgo=';
    const client = { clientId: 'orders', name: 'Orders', clientUri: null, logoUri: 'https://orders.acme.example/logo.png', policyUri: null, tosUri: null };
    expect(clientTile({ ...client, logo }).text).toBe(`<img class="monogram logo" src="${logo}" alt="" width="40" height="40">`);
    expect(clientTile(client).text).toContain('class="monogram tone-');
    expect(step('consent')).not.toContain('logo.png');
  });

  it('REG-8 leads nobody to the page that such a client says it has', () => {
    const client = { clientId: 'rc_1', name: 'Your Bank', clientUri: 'https://bank.example/', logoUri: null, policyUri: null, tosUri: null };
    expect(pages.signedOut(client).html).toContain('https://bank.example/');
    expect(pages.signedOut({ ...client, unverifiedAt: 'not-the-bank.example' }).html).not.toContain('bank.example/');
  });

  it('lets every scope but openid be unticked', () => {
    const html = step('consent');
    expect([...html.matchAll(/<input type="checkbox"[^>]* name="scope" value="([^"]*)" checked>/g)].map(([, scope]) => scope)).toEqual([
      'profile',
      'email',
      'offline_access',
      'orders.read',
      'orders.write',
      'invoices.read',
    ]);
    expect(html).toContain('<input type="hidden" name="scope" value="openid">');
  });

  it('says that access goes on without the person where no scope says so', () => {
    expect(step('consent-small')).toContain('Access without you');
    expect(step('consent')).not.toContain('Access without you');
  });

  it('links to the registered policies so that they know nothing of this page, and to nothing that is no web page', () => {
    expect(step('consent')).toContain('<a href="https://orders.acme.example/privacy" target="_blank" rel="noopener noreferrer">');
    expect(step('consent-small')).not.toMatch(/policies|alert\(1\)/);
  });

  it('UIX-5 shows no picture of the client: a logo would tell it who looks', () => {
    expect(step('consent')).not.toContain('logo.png');
  });
});

describe('UIX-6 the password page', () => {
  it('is the same for every account with a wrong password, but for what was typed', () => {
    const other = stepReply('sign-in-wrong');
    const reply = { ...other, page: { ...other.page, identifier: 'mallory' } };
    if (reply.page.step !== 'password') throw new Error('another page');
    expect(pages.step({ ...reply, page: reply.page }, 'token').html.replace('mallory', 'alice')).toBe(step('sign-in-wrong'));
  });

  it('does not let the person be changed who has to sign in again', () => {
    expect(step('sign-in-again')).toMatch(/<input id="identifier"[^>]* value="alice"[^>]* readonly/);
  });

  it('never has a value in the field of the password', () => {
    for (const scene of ['sign-in', 'sign-in-wrong', 'sign-in-again'] as const) expect(/<input id="password"[^>]*>/.exec(step(scene))?.[0]).not.toContain('value');
  });
});

/// <reference lib="dom" />
import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { demo, demoClient, demoUser } from '../flows/demo.js';
import { startDevice } from '../flows/device.js';
import { accessibilityFindings, type Look, overflowsSideways, screenshot, useBrowser } from './browser.js';
import { press } from './sign-in.js';

const FLOW_MS_MAX = 90_000;
jest.setTimeout(FLOW_MS_MAX);
/** The television asks every five seconds. */
const POLLED_MS_MAX = 20_000;

const { addresses } = z.object({ addresses: z.object({ playground: z.string() }) }).parse(JSON.parse(readFileSync(process.env['TESSERA_DEMO'] ?? '', 'utf8')));
const suite = useBrowser();

const LOOKS: readonly (readonly [name: string, look: Look])[] = [
  ['wide, light, with JavaScript', { viewport: 'wide', scheme: 'light', javaScript: true }],
  ['narrow, dark, without JavaScript', { viewport: 'narrow', scheme: 'dark', javaScript: false }],
];

async function expectGoodPage(page: Page, name: string): Promise<void> {
  await screenshot(page, name);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowsSideways(page)).toBe(false);
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** From a page with the code filled in to the page that compares. */
async function toComparison(page: Page): Promise<void> {
  await button(page, 'Continue').click();
  const { username, password } = demoUser('alice');
  await page.locator('#identifier').fill(username);
  await page.locator('#password').fill(password);
  await button(page, 'Sign in').click();
  await page.locator('.compare').waitFor();
}

describe.each(LOOKS)('RFC 8628 the television of the playground and a phone beside it, %s', (_name, look) => {
  const shot = (name: string) => `device-${name}-${look.viewport}-${look.scheme}`;

  it('shows code and QR code; the phone compares and connects; the television goes on', async () => {
    const tv = await suite.page(look);
    await tv.goto(addresses.playground);
    await button(tv, 'Switch the television on').click();
    const userCode = await tv.locator('.user-code').innerText();
    await expectGoodPage(tv, shot('tv'));
    const phone = await suite.page(look);
    await phone.goto((await tv.getByRole('link', { name: 'Open it on the phone' }).getAttribute('href')) ?? '');
    expect(await phone.locator('#user_code').inputValue()).toBe(userCode);
    await expectGoodPage(phone, shot('code'));
    await toComparison(phone);
    expect(await phone.locator('.compare').innerText()).toContain(userCode);
    await expectGoodPage(phone, shot('compare'));
    await button(phone, 'Connect').click();
    await phone.getByRole('heading', { name: 'Your device is connected' }).waitFor();
    await expectGoodPage(phone, shot('connected'));
    const welcome = tv.getByText('Welcome');
    if (look.javaScript) await welcome.waitFor({ timeout: POLLED_MS_MAX });
    for (let looks = 0; !look.javaScript && looks < POLLED_MS_MAX / 1_000 && (await welcome.count()) === 0; looks += 1) {
      await tv.waitForTimeout(1_000);
      await tv.getByRole('link', { name: 'Look at the television again' }).click();
    }
    expect(await welcome.count()).toBe(1);
    await expectGoodPage(tv, shot('welcome'));
  });

  it('says no; the television says so', async () => {
    const tv = await suite.page(look);
    await tv.goto(addresses.playground);
    await button(tv, 'Switch the television on').click();
    const phone = await suite.page(look);
    await phone.goto((await tv.getByRole('link', { name: 'Open it on the phone' }).getAttribute('href')) ?? '');
    await toComparison(phone);
    await button(phone, 'Do not connect').click();
    await phone.getByRole('heading', { name: 'Your device is not connected' }).waitFor();
    await expectGoodPage(phone, shot('refused'));
  });

  it('a wrong code has the focus on what is wrong, and the way back into the field', async () => {
    const page = await suite.page(look);
    await page.goto(`${demo.issuer}/device`);
    await page.locator('#user_code').fill('ZZZZ-ZZZZ');
    await button(page, 'Continue').click();
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('problem');
    await expectGoodPage(page, shot('wrong-code'));
  });
});

describe('RFC 8628 §3.3 by keyboard alone', () => {
  it('enters the code, signs in and connects', async () => {
    const { userCode } = await startDevice(demoClient('demo-device'), { scope: 'openid' });
    const page = await suite.page({ viewport: 'narrow', scheme: 'light', javaScript: false });
    await page.goto(`${demo.issuer}/device`);
    // The focus arrives with the first rendering, a moment after the page itself.
    await page.locator('#user_code:focus').waitFor();
    await page.keyboard.type(userCode.toLowerCase());
    await page.keyboard.press('Enter');
    await page.locator('#identifier:focus').waitFor();
    await page.keyboard.type(demoUser('alice').username);
    await page.keyboard.press('Tab');
    await page.keyboard.type(demoUser('alice').password);
    await page.keyboard.press('Enter');
    await page.locator('.compare').waitFor();
    await press(page, button(page, 'Connect'), true);
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
  });
});

describe('WCAG 2.2 §2.2.1 the warning before a code ends', () => {
  it.each([['no-preference'], ['reduce']] as const)('shows up by itself and without a script, with motion: %s', async (reducedMotion) => {
    const { complete } = await startDevice(demoClient('demo-device'), { scope: 'openid' });
    const page = await suite.page({ viewport: 'narrow', scheme: 'light', javaScript: false });
    await page.emulateMedia({ reducedMotion });
    await page.goto(complete);
    await toComparison(page);
    const warning = page.locator('.warning');
    expect(await warning.evaluate((element) => getComputedStyle(element).visibility)).toBe('hidden');
    const seconds = await warning.evaluate((element) => {
      const [animation] = element.getAnimations();
      animation?.finish();
      return Number(animation?.effect?.getTiming().delay) / 1_000;
    });
    expect(seconds).toBe(7 * 60);
    expect(await warning.isVisible()).toBe(true);
  });
});

import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { demo } from '../flows/demo.js';
import { accessibilityFindings, type Look, overflowsSideways, screenshot, useBrowser } from './browser.js';
import { answerPages } from './sign-in.js';

const FLOW_MS_MAX = 90_000;
jest.setTimeout(FLOW_MS_MAX);
/** The call centre asks every five seconds, the inbox every three. */
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

/** Answers the telephone in the playground. */
async function answerTelephone(page: Page, name: string): Promise<void> {
  await page.goto(addresses.playground);
  await button(page, name).click();
  await page.waitForURL(`${addresses.playground}/desks/*`);
}

/** The customer's phone: another browser, signed in, at the approvals. */
async function phoneOf(desk: Page, look: Look): Promise<Page> {
  const phone = await suite.page({ ...look, viewport: 'narrow' });
  await phone.goto((await desk.getByRole('link', { name: 'Open it on the phone' }).getAttribute('href')) ?? '');
  await answerPages(phone);
  expect(phone.url()).toBe(`${demo.issuer}/approvals`);
  return phone;
}

/** Waits until the desk says so: by itself, or looking again. */
async function deskShows(desk: Page, text: string, { javaScript = true }: Look): Promise<void> {
  const shown = desk.getByText(text);
  if (javaScript) await shown.waitFor({ timeout: POLLED_MS_MAX });
  for (let looks = 0; !javaScript && looks < POLLED_MS_MAX / 1_000 && (await shown.count()) === 0; looks += 1) {
    await desk.waitForTimeout(1_000);
    await desk.getByRole('link', { name: 'Look at the call centre again' }).click();
  }
  expect(await shown.count()).toBe(1);
}

describe.each(LOOKS)('CIBA Core: the call centre of the playground and the customer’s phone beside it, %s', (_name, look) => {
  const shot = (name: string) => `call-centre-${name}-${look.viewport ?? ''}-${look.scheme ?? ''}`;

  it('the customer compares, approves, and the call centre goes on', async () => {
    const desk = await suite.page(look);
    await answerTelephone(desk, 'Answer the telephone');
    const message = await desk.locator('.user-code').innerText();
    await expectGoodPage(desk, shot('waiting'));
    const phone = await phoneOf(desk, look);
    const request = phone.locator('article', { hasText: message });
    await expectGoodPage(phone, shot('approvals'));
    await request.getByRole('button', { name: /^Approve/ }).click();
    await phone.getByText('The app goes on by itself').waitFor();
    await deskShows(desk, 'The agent may go on.', look);
    await expectGoodPage(desk, shot('done'));
  });

  it('a wrong number denies', async () => {
    const desk = await suite.page(look);
    await answerTelephone(desk, 'Answer with a number');
    const number = await desk.locator('.user-code').innerText();
    const phone = await phoneOf(desk, look);
    const numbers = await phone.locator('button.number').allInnerTexts();
    expect(numbers).toHaveLength(3);
    expect(numbers).toContain(number);
    await button(phone, `The number ${numbers.find((one) => one !== number) ?? ''}`).click();
    await phone.getByText('That was not the number').waitFor();
    await deskShows(desk, 'Not approved', look);
  });
});

describe('CIBA Core §8 the inbox is live', () => {
  it('a request that comes in later shows up on a phone that is open, without a reload', async () => {
    const desk = await suite.page();
    await answerTelephone(desk, 'Answer the telephone');
    const phone = await phoneOf(desk, {});
    await phone.locator('article').first().getByRole('button', { name: /^Deny/ }).click();
    await phone.getByText('The app got nothing').waitFor();
    await answerTelephone(desk, 'Answer the telephone');
    const message = await desk.locator('.user-code').innerText();
    await phone.getByText(message).waitFor({ timeout: POLLED_MS_MAX });
    expect(await phone.locator('#news').innerText()).not.toBe('');
    await phone.locator('article', { hasText: message }).getByRole('button', { name: /^Deny/ }).click();
    await deskShows(desk, 'Not approved', {});
  });
});

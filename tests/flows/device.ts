import { type Answer, type DemoClient, demoUser } from './demo.js';
import { asClient, formWith, page, type Person, text } from './sign-in.js';
import type { Departure, Page, UserAgent } from './user-agent.js';

/** RFC 8628 §3.4. */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What a device was told to show and to poll with. */
export interface Started {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly complete: string;
}

/** A device asks. */
export async function startDevice(client: DemoClient, parameters: Readonly<Record<string, string>> = { scope: 'openid' }): Promise<Started> {
  const answer = await asClient(client, '/device_authorization', parameters);
  return { deviceCode: text(answer, 'device_code'), userCode: text(answer, 'user_code'), complete: text(answer, 'verification_uri_complete') };
}

/** One poll. */
export function pollDevice(client: DemoClient, { deviceCode }: Pick<Started, 'deviceCode'>): Promise<Answer> {
  return asClient(client, '/token', { grant_type: DEVICE_GRANT, device_code: deviceCode });
}

/** Types a user code at `/device`. */
export async function enterCode(agent: UserAgent, issuer: string, userCode: string): Promise<Page> {
  const entry = page(await agent.open(`${issuer}/device`));
  return page(await agent.submit(entry, { user_code: userCode }));
}

/** From a page with a password, if there is one, to the page that compares. */
export async function toComparison(agent: UserAgent, shown: Page, person: Person = demoUser('alice')): Promise<Page> {
  const asked = shown.forms.some(({ fields }) => fields.some(([name]) => name === 'password'));
  return asked ? page(await agent.submit(shown, { identifier: person.username, password: person.password })) : shown;
}

/** Presses a button of the page that compares; scopes that are not named here are unticked. */
export function answerDevice(agent: UserAgent, comparison: Page, decision: 'allow' | 'deny'): Promise<Page | Departure> {
  return agent.submit(comparison, {}, ['decision', decision], formWith(comparison, 'decision'));
}

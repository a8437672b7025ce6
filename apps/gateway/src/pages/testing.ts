import { once } from 'node:events';
import { createServer } from 'node:net';
import { AccountPage, Authorization, EndSession, ShowApprovals, ShowInteraction } from '@tessera/contracts';
import type { AccountPageReply } from '@tessera/protocol/account';
import type { DeviceOutcome, InteractionReply, StepPage } from '@tessera/protocol/interaction';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { formToken } from '../browser/index.js';
import type { FakeOwners } from '../testing.js';
import { INBOX } from './testing-approvals.js';

type Person = Extract<StepPage, { step: 'consent' }>['person'];
type Client = Extract<StepPage, { step: 'consent' }>['client'];

export const ALICE: Person = { name: 'Alice Example', identifier: 'alice' };
export const ACME: Client = {
  clientId: 'acme-orders',
  name: 'Acme Orders',
  clientUri: 'https://orders.acme.example',
  logoUri: 'https://orders.acme.example/logo.png',
  policyUri: 'https://orders.acme.example/privacy',
  tosUri: 'https://orders.acme.example/terms',
};
export const BROWSER_HANDLE = 'b'.repeat(43);
/** Every way a device is answered. */
const DEVICE_OUTCOMES: readonly DeviceOutcome[] = ['approved', 'denied', 'approved_before', 'denied_before', 'expired'];
const KEEP = { session: { change: 'keep' as const }, browser: null };

/** A handle that names what its interaction shows. */
export const handleOf = (scene: string): string => scene.padEnd(43, '_');

const password = { step: 'password', client: ACME, identifier: null, person: null, problem: null, waitSeconds: null } as const;

/** The step pages people can meet, by name. */
export const STEPS = {
  'sign-in': password,
  'sign-in-for-account': { ...password, client: null },
  'sign-in-with-hint': { ...password, identifier: 'alice@example.com' },
  'sign-in-wrong': { ...password, identifier: 'alice', problem: 'wrong' },
  'sign-in-missing': { ...password, problem: 'missing' },
  'sign-in-too-many': { ...password, identifier: 'alice', problem: 'too_many', waitSeconds: 300 },
  'sign-in-again': { ...password, person: ALICE },
  'sign-in-other-person': { ...password, person: ALICE, problem: 'other_person' },
  'select-account': { step: 'select-account', client: ACME, person: ALICE },
  consent: {
    step: 'consent',
    client: ACME,
    person: ALICE,
    scope: [
      { scope: 'openid', resource: null },
      { scope: 'orders.read', resource: 'Orders' },
      { scope: 'profile', resource: null },
      { scope: 'email', resource: null },
      { scope: 'offline_access', resource: null },
      { scope: 'orders.write', resource: 'Orders' },
      { scope: 'invoices.read', resource: 'Invoices' },
    ],
    claims: ['birthdate', 'phone_number', 'https://claims.example/membership'],
    offline: true,
    days: 365,
  },
  'consent-small': {
    step: 'consent',
    client: { ...ACME, name: 'A client whose name is as long as names are when people in marketing make them', policyUri: null, tosUri: 'javascript:alert(1)', clientUri: null },
    person: { name: null, identifier: 'a.very.long.address.of.a.person.with.patience@subdomain.of.a.domain.example' },
    scope: [{ scope: 'openid', resource: null }],
    claims: [],
    offline: true,
    days: 1,
  },
  'consent-unverified': {
    step: 'consent',
    client: { ...ACME, name: 'Your Bank', clientUri: 'https://bank.example', unverifiedAt: 'not-the-bank.example, second.example' },
    person: ALICE,
    scope: [{ scope: 'openid', resource: null }, { scope: 'email', resource: null }],
    claims: [],
    offline: false,
    days: 365,
  },
  'device-consent': {
    step: 'device-consent',
    client: ACME,
    person: ALICE,
    scope: [{ scope: 'openid', resource: null }, { scope: 'profile', resource: null }, { scope: 'orders.read', resource: 'Orders' }],
    offline: true,
    userCode: 'WDJB-MJHT',
    sourceAddress: '203.0.113.7',
    sameSource: true,
    askedSecondsAgo: 30,
    secondsLeft: 570,
  },
  'device-consent-elsewhere': {
    step: 'device-consent',
    client: { ...ACME, name: 'A television whose name is as long as names are when people in marketing make them', policyUri: null, tosUri: null, clientUri: null },
    person: { name: null, identifier: 'a.very.long.address.of.a.person.with.patience@subdomain.of.a.domain.example' },
    scope: [{ scope: 'openid', resource: null }],
    offline: false,
    userCode: 'WWWW-WWWW',
    sourceAddress: '2001:db8:1234:5678:9abc:def0:1234:5678',
    sameSource: false,
    askedSecondsAgo: 500,
    secondsLeft: 100,
  },
  'confirm-logout': { step: 'confirm-logout', client: ACME, person: ALICE },
} as const satisfies Record<string, StepPage>;

/** The account of somebody who uses it much. */
export const ACCOUNT: Extract<AccountPageReply, { kind: 'account' }> = {
  kind: 'account',
  done: null,
  problem: null,
  session: { change: 'keep' },
  view: {
    person: ALICE,
    email: 'alice@example.com',
    userCode: true,
    sessions: [
      session('1', true, 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', '203.0.113.7'),
      session('2', false, 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', '198.51.100.42'),
      session('3', false, 'curl/8.5.0', '2001:db8:1234:5678:9abc:def0:1234:5678'),
    ],
    applications: [
      { client: ACME, scope: ['openid', 'profile', 'email', 'offline_access', 'orders.read'], access: true, offline: true, since: 1_764_000_000, consentedAt: 1_764_000_000 },
      { client: { ...ACME, clientId: 'photos', name: 'Photo Prints' }, scope: ['openid'], access: false, offline: false, since: 1_763_000_000, consentedAt: 1_763_000_000 },
    ],
  },
};

function session(id: string, current: boolean, userAgent: string, sourceAddress: string) {
  return { id, current, userAgent, sourceAddress, startedAt: 1_763_900_000, usedAt: 1_764_003_600 };
}

/** Addresses that end in each other page. */
export const ADDRESSES = {
  account: '/account',
  'account-done': `/account?done=change-password&proof=${formToken(BROWSER_HANDLE, 'notice:change-password')}`,
  'account-problem': '/account',
  'account-empty': '/account',
  'device-code': '/device',
  approvals: '/approvals',
  'approvals-empty': '/approvals',
  'approvals-number': '/approvals',
  'approvals-done': `/approvals?done=approved&proof=${formToken(BROWSER_HANDLE, 'notice:approved')}`,
  'approvals-wrong-number': `/approvals?done=wrong_number&proof=${formToken(BROWSER_HANDLE, 'notice:wrong_number')}`,
  'device-code-filled-in': '/device?user_code=WDJB-MJHT',
  ...Object.fromEntries(DEVICE_OUTCOMES.map((outcome) => [`device-${outcome}`, `/interaction?interaction=${handleOf(`device-${outcome}`)}`])),
  'signed-out': '/end_session?as=client',
  'signed-out-alone': '/end_session',
  'form-post': '/authorize?as=form_post&to=https%3A%2F%2Forders.acme.example%2Fcb',
  'error-application': '/authorize?as=refused',
  'error-interaction': '/interaction',
  'error-ended': `/interaction?interaction=${handleOf('ended')}`,
  'error-other-browser': `/interaction?interaction=${handleOf('other_browser')}`,
  'error-outage': '/authorize?as=outage',
  'error-incident': '/authorize?as=incident',
  'error-missing': '/nowhere',
  'error-logout': '/end_session?id_token_hint=a&id_token_hint=b',
} as const;

/** Every page, by name, with the address it is met at. */
export const SCENES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(STEPS).map((name) => [name, `/interaction?interaction=${handleOf(name)}`])),
  ...ADDRESSES,
};

/** Has the owners answer so that every scene can be met. */
export function playScenes(owners: FakeOwners): void {
  owners.to(ShowInteraction).reply(({ interaction }) => shownAs(interaction.replace(/_+$/, '')));
  owners.to(Authorization).reply(({ edge }): InteractionReply => {
    switch (valueOf(edge.parameters, 'as')) {
      case 'outage':
        throw new Outage('authorization', 'away');
      case 'incident':
        throw new TypeError('planted-internals');
      case 'form_post':
        return { kind: 'response', mode: 'form_post', redirectUri: valueOf(edge.parameters, 'to'), parameters: [['code', 'c'.repeat(43)], ['state', `"><script>alert(1)</script>`]], reason: null, ...KEEP };
      default:
        throw new OAuthError('authorization_request.redirect_uri_mismatch', { redirectUri: 'https://evil.example/planted' });
    }
  });
  owners.to(EndSession).reply(({ edge }): InteractionReply => ({ kind: 'signed-out', client: valueOf(edge.parameters, 'as') === 'client' ? ACME : null, ...KEEP }));
  owners.to(AccountPage).reply(() => ACCOUNT);
  owners.to(ShowApprovals).reply(() => INBOX);
}

function shownAs(scene: string): InteractionReply {
  if (scene === 'ended' || scene === 'other_browser') throw new OAuthError(`interaction.${scene}`);
  const outcome = DEVICE_OUTCOMES.find((one) => scene === `device-${one}`);
  if (outcome !== undefined) return { kind: 'device', outcome, client: ACME, ...KEEP };
  return stepReply(scene);
}

/** The account page in its other states: the address of a request does not reach its owner, so a test says which. */
export function accountAs(state: string): AccountPageReply {
  if (state === 'problem') return { ...ACCOUNT, problem: 'wrong-password' };
  if (state === 'empty') return { ...ACCOUNT, view: { ...ACCOUNT.view, email: null, userCode: false, sessions: ACCOUNT.view.sessions.slice(0, 1), applications: [] } };
  return ACCOUNT;
}

export function stepReply(scene: string): Extract<InteractionReply, { kind: 'step' }> {
  const page: StepPage | undefined = (STEPS as Readonly<Record<string, StepPage>>)[scene];
  if (page === undefined) throw new OAuthError('request.malformed_parameter');
  return { kind: 'step', interaction: handleOf(scene), page, formTargets: ['https://orders.acme.example'], uiLocales: ['de-AT', 'en'], ...KEEP, browser: BROWSER_HANDLE };
}

function valueOf(parameters: readonly (readonly [string, string])[], name: string): string {
  return parameters.find(([key]) => key === name)?.[1] ?? '';
}

/** A port nobody listens on now, for an issuer that has to be known before its gateway listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

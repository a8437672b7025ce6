/** How a flow begins: with a person in the browser, on a device without one, on the telephone, with the app's own credentials, or with a person's password. */
export type FlowKind = 'sign-in' | 'device' | 'call-centre' | 'client-credentials' | 'password';

/** A flow a person can run. */
export interface Flow {
  readonly id: string;
  readonly kind: FlowKind;
  readonly clientId: string;
  readonly title: string;
  /** The label of its button, a thing to do. */
  readonly button: string;
  readonly summary: string;
  readonly scope: string;
  /** Whether the request is handed in beforehand (RFC 9126). */
  readonly pushed: boolean;
}

const PERSON = 'openid profile email';

/** Every flow, in the order of the first page. */
export const FLOWS: readonly Flow[] = [
  {
    id: 'sign-in-web',
    kind: 'sign-in',
    clientId: 'demo-web',
    title: 'Authorization code with PKCE',
    button: 'Sign in with PKCE',
    summary: 'How a web application signs people in. It has a server, so it can keep a secret, and it proves with PKCE that the one who finishes is the one who began.',
    scope: PERSON,
    pushed: false,
  },
  {
    id: 'sign-in-pushed',
    kind: 'sign-in',
    clientId: 'demo-par',
    title: 'Authorization code with a pushed request',
    button: 'Sign in with PAR',
    summary: 'The same sign-in, but the app hands its request to the provider beforehand. The browser carries a reference only: nobody can read or change what was asked.',
    scope: PERSON,
    pushed: true,
  },
  {
    id: 'sign-in-public',
    kind: 'sign-in',
    clientId: 'demo-spa',
    title: 'Public client',
    button: 'Sign in as a public client',
    summary: 'How an app in a browser or on a phone signs people in. It cannot keep a secret, so it has none: PKCE alone protects the code.',
    scope: PERSON,
    pushed: false,
  },
  {
    id: 'sign-in-third-party',
    kind: 'sign-in',
    clientId: 'demo-third-party',
    title: 'An app of somebody else',
    button: 'Sign in and be asked',
    summary: 'The provider does not vouch for this app, so the person is asked what it may have, and may refuse.',
    scope: `${PERSON} address phone`,
    pushed: false,
  },
  {
    id: 'device',
    kind: 'device',
    clientId: 'demo-device',
    title: 'A television',
    button: 'Switch the television on',
    summary: 'How a device signs people in that has no keyboard and no browser. It shows a code; the person enters it on their phone, signs in there, and the device goes on by itself.',
    scope: `${PERSON} offline_access`,
    pushed: false,
  },
  {
    id: 'call-centre',
    kind: 'call-centre',
    clientId: 'demo-call-centre',
    title: 'A call centre',
    button: 'Answer the telephone',
    summary: 'How an agent on the telephone finds out that it really is the customer (CIBA). The app asks the provider; the customer gets the request on a device of their own, compares a text that the agent reads out, and approves.',
    scope: `${PERSON} offline_access`,
    pushed: false,
  },
  {
    id: 'call-centre-number',
    kind: 'call-centre',
    clientId: 'demo-call-centre-number',
    title: 'A call centre with numbers',
    button: 'Answer with a number',
    summary: 'The same, but the customer has to pick the number that the agent reads out. Whoever approves without listening is wrong in two cases of three, and has one try.',
    scope: 'openid profile',
    pushed: false,
  },
  {
    id: 'client-credentials',
    kind: 'client-credentials',
    clientId: 'demo-service',
    title: 'Client credentials',
    button: 'Get a token for a service',
    summary: 'A service calls an API for itself, at night, with nobody there. Its own credentials are enough.',
    scope: 'orders.read',
    pushed: false,
  },
  {
    id: 'password',
    kind: 'password',
    clientId: 'demo-password',
    title: 'Password grant',
    button: 'Trade a password for tokens',
    summary: 'The app asks for the password itself. Only for bringing old applications over: off by default, on in this demo.',
    scope: PERSON,
    pushed: false,
  },
];

/** What can be done with tokens afterwards. */
export const ACTIONS = {
  userinfo: { title: 'Userinfo', button: 'Ask who this is', summary: 'The app uses the access token to read claims about the person.' },
  refresh: { title: 'Refresh', button: 'Get fresh tokens', summary: 'The app trades the refresh token for a new access token, without the person.' },
  introspect: { title: 'Introspection', button: 'Ask what the access token is worth', summary: 'The app asks the provider whether the access token is valid at this moment.' },
  revoke: { title: 'Revocation', button: 'Give the access token back', summary: 'The app tells the provider that it no longer needs the access token.' },
  'revoke-refresh': { title: 'Revocation of the refresh token', button: 'Give the refresh token back', summary: 'The app gives up its long-lived access. Every token that came from it ends too.' },
  'sign-out': { title: 'Logout', button: 'Sign out', summary: 'The app sends the browser to the provider to end the session there, and comes back.' },
} as const;

/** The name of an action. */
export type ActionName = keyof typeof ACTIONS;

/** Whether a form field names an action. */
export function isAction(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}

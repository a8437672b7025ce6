/** The three parties of every flow, left to right. */
export type Party = 'browser' | 'app' | 'provider';

/** What a step is about. */
export type Topic = keyof typeof TOPICS;

/** How a step is told: who speaks to whom, what it is called, and why it happens. */
export interface TopicStory {
  readonly from: Party;
  readonly to: Party;
  readonly title: string;
  readonly why: string;
  readonly reference: string;
}

const story = (from: Party, to: Party, title: string, reference: string, why: string): TopicStory => ({ from, to, title, reference, why });

export const TOPICS = {
  discovery: story('app', 'provider', 'The app reads the provider’s metadata', 'OIDC Discovery §4', 'One address is all the app is told: the issuer. The metadata name every endpoint and what each supports.'),
  preparation: story('app', 'app', 'The app makes one-time values', 'RFC 7636 §4.1, OIDC Core §3.1.2.1', 'They are random, fresh for this sign-in, and stay here. Each will prove something when the answer comes back.'),
  'pushed-authorization-request': story('app', 'provider', 'The app hands in its request beforehand', 'RFC 9126 §2', 'Instead of putting the request into the browser’s address bar, the app posts it directly and proves who it is. The provider checks everything now and answers with a short reference.'),
  'authorization-request': story('app', 'provider', 'The app sends the browser to the provider', 'RFC 6749 §4.1.1', 'A redirect. The browser carries these parameters, so the person and anything on the device can see and change them; that is why the one-time values exist.'),
  'sign-in': story('browser', 'provider', 'The person signs in', 'OIDC Core §3.1.2.3, §3.1.2.4', 'Password and consent pass between the person and the provider only. The app sees nothing of these pages. A person who is already signed in may not see a page at all.'),
  'authorization-response': story('provider', 'app', 'The provider sends the browser back', 'RFC 6749 §4.1.2, RFC 9207', 'The browser brings a code. It is worth nothing by itself: it is short-lived, works once, and only together with what the app kept.'),
  'authorization-refusal': story('provider', 'app', 'The provider sends the browser back without a code', 'RFC 6749 §4.1.2.1', 'The answer is an error. It comes back to the app because app and redirect URI are right; otherwise the provider would show a page of its own and send nobody anywhere.'),
  'code-exchange': story('app', 'provider', 'The app exchanges the code for tokens', 'RFC 6749 §4.1.3, RFC 7636 §4.5', 'From server to server, not through the browser. The app shows the code and what only the beginner of this sign-in can know.'),
  keys: story('app', 'provider', 'The app fetches the provider’s public keys', 'RFC 7517 §5', 'With these keys anybody can check a signature of the provider; only the provider can make one.'),
  'id-token-check': story('app', 'app', 'The app checks the ID token', 'OIDC Core §3.1.3.7', 'An ID token is a statement for this app. Before it is believed, signature, issuer, audience, times and nonce are checked.'),
  'device-authorization': story('app', 'provider', 'The device asks for a code', 'RFC 8628 §3.1, §3.2', 'It gets two: a long secret one to ask for tokens with, and a short one to show. It needs no browser and no keyboard, only a screen.'),
  'device-verification': story('browser', 'provider', 'The person enters the code elsewhere', 'RFC 8628 §3.3', 'On a phone or a computer, at the provider’s own page: they sign in there, compare the code, and allow or refuse. The QR code spares the typing and nothing else.'),
  'device-poll': story('app', 'provider', 'The device asks whether the person has decided', 'RFC 8628 §3.4, §3.5', 'Every few seconds, because nobody can call a television. “authorization_pending” means not yet; who asks too fast is told to slow down.'),
  'backchannel-authentication': story('app', 'provider', 'The call centre asks for its customer', 'CIBA Core §7.1, §7.3', 'It says whom it means and what the customer is to compare. It gets an id to ask for tokens with; the customer never sees that id.'),
  approval: story('browser', 'provider', 'The customer decides on a device of their own', 'CIBA Core §8', 'At the provider’s own page, signed in there: who asks, what for, and the text to compare. Nothing but the customer’s answer decides.'),
  'backchannel-poll': story('app', 'provider', 'The call centre asks whether the customer has decided', 'CIBA Core §10.1, §11', 'Every few seconds. “authorization_pending” means not yet. Clients with an address of their own are told instead (ping), or get the tokens sent (push).'),
  'client-credentials': story('app', 'provider', 'The app asks for a token of its own', 'RFC 6749 §4.4.2', 'No person takes part: the app acts for itself, with its own credentials.'),
  password: story('app', 'provider', 'The app trades the person’s password for tokens', 'RFC 6749 §4.3.2', 'The app itself has seen the password. That is why OAuth 2.1 drops this grant: use it only to bring an old application over.'),
  refresh: story('app', 'provider', 'The app asks for fresh tokens', 'RFC 6749 §6', 'The access token is short-lived on purpose. The refresh token gets a new one without troubling the person.'),
  userinfo: story('app', 'provider', 'The app asks who the person is', 'OIDC Core §5.3', 'The access token opens the userinfo endpoint. It tells what the granted scopes allow and nothing more.'),
  introspection: story('app', 'provider', 'The app asks what a token is worth', 'RFC 7662 §2', 'The provider looks at its records now: a token that was revoked a moment ago is no longer active, however long it says it lasts.'),
  revocation: story('app', 'provider', 'The app gives a token back', 'RFC 7009 §2', 'A good app takes back what it no longer needs. The answer is 200 also for a token that was not valid: the goal is reached either way.'),
  'logout-request': story('app', 'provider', 'The app sends the browser to sign out', 'OIDC RP-Initiated Logout §2', 'The app forgets its tokens and asks the provider to end the session there too. Without that the next sign-in would need no password.'),
  'sign-out': story('browser', 'provider', 'The provider ends the session', 'OIDC RP-Initiated Logout §2', 'The ID token shows which session is meant. Without it the provider would ask the person first.'),
  'logout-response': story('provider', 'app', 'The provider sends the browser back', 'OIDC RP-Initiated Logout §3', 'Only to an address that was registered beforehand, with the state the app had sent.'),
  other: story('app', 'provider', 'The app sends a request', 'RFC 9110', 'A request of the client library.'),
} as const satisfies Readonly<Record<string, TopicStory>>;

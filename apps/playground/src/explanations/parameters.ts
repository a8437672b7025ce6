/** What one parameter is for, where that is written, and whether it must be kept from others outside a demo. */
export interface Meaning {
  readonly meaning: string;
  readonly reference: string;
  readonly secret: boolean;
}

type Catalogue = Readonly<Record<string, Meaning>>;

const open = (reference: string, meaning: string): Meaning => ({ meaning, reference, secret: false });
const secret = (reference: string, meaning: string): Meaning => ({ meaning, reference, secret: true });

/** Parameters of requests, in the query, in the form or in a pushed request. */
const REQUEST: Catalogue = {
  grant_type: open('RFC 6749 §4', 'What is being traded for tokens.'),
  code: secret('RFC 6749 §4.1.3', 'The code the browser brought. It works once.'),
  code_verifier: secret('RFC 7636 §4.5', 'The value behind the code challenge. A thief of the code does not have it.'),
  response_type: open('RFC 6749 §3.1.1', 'What is wanted back through the browser: a code, never a token.'),
  client_id: open('RFC 6749 §2.2', 'Which app is asking. A name, not a secret.'),
  device_code: secret('RFC 8628 §3.4', 'The long code. Only the device has it, and it is what the tokens are given for.'),
  binding_message: open('CIBA Core §7.1', 'A short text that both sides see, so that they know they talk about the same thing.'),
  auth_req_id: secret('CIBA Core §10.1', 'Names the request the app asks about. Only the app has it.'),
  client_secret: secret('RFC 6749 §2.3.1', 'The app’s password at the provider.'),
  redirect_uri: open('RFC 6749 §3.1.2', 'Where the answer goes. It must be, character by character, one that was registered.'),
  scope: open('RFC 6749 §3.3, OIDC Core §5.4', 'What access is asked for. “openid” makes it a sign-in; profile, email and the like name claims.'),
  state: open('RFC 6749 §10.12', 'Ties the answer to this browser: an answer with another state was not asked for here.'),
  nonce: open('OIDC Core §3.1.2.1', 'Comes back inside the ID token and ties it to this sign-in, so that an old one cannot be slipped in.'),
  code_challenge: open('RFC 7636 §4.2', 'A fingerprint of the code verifier. Whoever redeems the code must know what it was made from.'),
  code_challenge_method: open('RFC 7636 §4.3', 'How the fingerprint was made: S256 is SHA-256.'),
  request_uri: open('RFC 9126 §4', 'The reference to the pushed request. It stands for every parameter and gives none away.'),
  response_mode: open('OAuth Form Post Response Mode', 'How the answer travels: in the address (query) or in a form the browser posts (form_post).'),
  prompt: open('OIDC Core §3.1.2.1', 'Which pages must or must not be shown: none, login, consent or select_account.'),
  max_age: open('OIDC Core §3.1.2.1', 'How many seconds ago the person may have signed in; older, and they are asked again.'),
  login_hint: open('OIDC Core §3.1.2.1', 'Who probably wants to sign in, to save typing.'),
  ui_locales: open('OIDC Core §3.1.2.1', 'The languages the person prefers.'),
  acr_values: open('OIDC Core §3.1.2.1', 'How strongly the person should be authenticated.'),
  claims: open('OIDC Core §5.5', 'Single claims asked for by name.'),
  resource: open('RFC 8707 §2', 'The API the access token is for. It becomes the token’s audience.'),
  refresh_token: secret('RFC 6749 §6', 'The long-lived token that gets short-lived ones.'),
  username: open('RFC 6749 §4.3.2', 'Who the person says they are.'),
  password: secret('RFC 6749 §4.3.2', 'The person’s password, which this grant makes the app see.'),
  token: secret('RFC 7662 §2.1, RFC 7009 §2.1', 'The token this request is about.'),
  token_type_hint: open('RFC 7009 §2.1', 'Which kind of token it is, so that the provider looks in the right place first.'),
  id_token_hint: secret('OIDC RP-Initiated Logout §2', 'An ID token issued earlier: it says which person and session are meant.'),
  post_logout_redirect_uri: open('OIDC RP-Initiated Logout §3', 'Where to come back to afterwards; must be registered.'),
};

/** What is meant otherwise where tokens are asked for. */
const TOKEN_REQUEST: Catalogue = {
  redirect_uri: open('RFC 6749 §4.1.3', 'Where the code was sent, once more: the address of the authorization request, or the code is worth nothing.'),
};

/** Members of responses, and parameters of answers that come through the browser. */
const RESPONSE: Catalogue = {
  code: secret('RFC 6749 §4.1.2', 'To be exchanged for tokens within a minute, once, by this app only.'),
  state: open('RFC 6749 §4.1.2', 'The value the app had sent, unchanged. The app compares.'),
  iss: open('RFC 9207 §2', 'Which provider answers. An app with several providers cannot be made to mix them up.'),
  error: open('RFC 6749 §5.2', 'What went wrong, as a registered code.'),
  error_description: open('RFC 6749 §5.2', 'What went wrong, for the developer.'),
  error_uri: open('RFC 6749 §5.2', 'A page about this error.'),
  device_code: secret('RFC 8628 §3.2', 'For the device itself: it asks for tokens with it.'),
  user_code: open('RFC 8628 §3.2', 'For the screen: short, without vowels and digits, so that nobody misreads it.'),
  verification_uri: open('RFC 8628 §3.2', 'Where the person enters it.'),
  verification_uri_complete: open('RFC 8628 §3.3.1', 'The same with the code in it, for a QR code. It fills the field in and allows nothing.'),
  interval: open('RFC 8628 §3.2', 'How many seconds to wait between two questions.'),
  auth_req_id: secret('CIBA Core §7.3', 'For the app itself: it asks for tokens with it. The customer’s device has a handle of its own.'),
  tessera_number: open('Ours', 'The number that the customer has to pick among three.'),
  backchannel_authentication_endpoint: open('CIBA Core §4', 'Where apps ask for a person who is elsewhere.'),
  device_authorization_endpoint: open('RFC 8628 §4', 'Where devices ask for a code.'),
  request_uri: open('RFC 9126 §2.2', 'The reference the browser will carry instead of the request.'),
  expires_in: open('RFC 6749 §5.1', 'How many seconds it can be used.'),
  access_token: secret('RFC 6749 §1.4', 'Opens an API. Whoever holds it may use it, so it is short-lived.'),
  refresh_token: secret('RFC 6749 §1.5', 'Gets fresh tokens. It goes to the provider only, never to an API.'),
  id_token: secret('OIDC Core §2', 'A signed statement, for this app, of who signed in, when and how.'),
  token_type: open('RFC 6750', 'How the access token is used: “Bearer” means put it in the Authorization header.'),
  scope: open('RFC 6749 §5.1', 'What was granted; it may be less than what was asked for.'),
  active: open('RFC 7662 §2.2', 'Whether the token is valid right now. If not, nothing else is told.'),
  keys: open('RFC 7517 §5.1', 'The public keys, each with its kid.'),
  issuer: open('RFC 8414 §2', 'The provider’s name. Every token must say the same.'),
  authorization_endpoint: open('RFC 8414 §2', 'Where the browser is sent to sign in.'),
  token_endpoint: open('RFC 8414 §2', 'Where codes, refresh tokens and credentials become tokens.'),
  userinfo_endpoint: open('OIDC Discovery §3', 'Where claims about the person are read.'),
  jwks_uri: open('RFC 8414 §2', 'Where the public keys are.'),
  introspection_endpoint: open('RFC 8414 §2', 'Where one asks what a token is worth.'),
  revocation_endpoint: open('RFC 8414 §2', 'Where a token is given back.'),
  pushed_authorization_request_endpoint: open('RFC 9126 §5', 'Where a request is handed in beforehand.'),
  end_session_endpoint: open('OIDC RP-Initiated Logout §2.1', 'Where the browser is sent to sign out.'),
  grant_types_supported: open('RFC 8414 §2', 'What can be traded for tokens here.'),
  scopes_supported: open('RFC 8414 §2', 'Scopes that may be asked for.'),
  code_challenge_methods_supported: open('RFC 8414 §2', 'How code challenges may be made.'),
};

/** HTTP header fields worth a word. Names are lower case. */
const HEADER: Catalogue = {
  authorization: secret('RFC 6749 §2.3.1, RFC 6750 §2.1', 'Who is asking: the app’s id and secret (Basic) or an access token (Bearer).'),
  'content-type': open('RFC 9110 §8.3', 'The format of the body.'),
  accept: open('RFC 9110 §12.5.1', 'The format wanted back.'),
  'cache-control': open('RFC 6749 §5.1', '“no-store”: nobody on the way may keep a copy of this answer.'),
  'www-authenticate': open('RFC 9110 §11.6.1', 'How to authenticate, and what was wrong.'),
  'x-request-id': open('Tessera', 'The name of this request in the provider’s log.'),
  location: open('RFC 9110 §10.2.2', 'Where to go next.'),
  'retry-after': open('RFC 9110 §10.2.3', 'When to try again.'),
};

/** What a parameter of a request is for; null for one that has no entry. */
export const requestMeaning = (name: string): Meaning | null => REQUEST[name] ?? null;
/** The same for a request for tokens. */
export const tokenRequestMeaning = (name: string): Meaning | null => TOKEN_REQUEST[name] ?? requestMeaning(name);
/** What a member of a response is for. */
export const responseMeaning = (name: string): Meaning | null => RESPONSE[name] ?? null;
/** What a header field is for, whatever its case. */
export const headerMeaning = (name: string): Meaning | null => HEADER[name.toLowerCase()] ?? null;

const ORDER = Object.keys(REQUEST);

/** Parameters in the order in which they are best understood: who asks for what, then what protects it. */
export function inTeachingOrder<Named extends readonly [name: string, value: string]>(parameters: readonly Named[]): readonly Named[] {
  const place = ([name]: Named) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return parameters.toSorted((a, b) => place(a) - place(b));
}

import { createHash, randomBytes } from 'node:crypto';
import { loginForm } from './login-page.mjs';
import { formRequest } from './requests.mjs';
import { requireStatus, UnexpectedAnswer } from './unexpected-answer.mjs';
import { locationOf } from './user-agent.mjs';

/** More than a sign-in ever takes; without a bound two pages that lead to each other would be one endless operation. */
const PAGES_MAX = 6;

/** The parameters of an authorization request (OIDC Core §3.1.2.1) with PKCE (RFC 7636 §4.3), and what answers them. */
export function authorizationRequest({ client, scope, resource }) {
  const verifier = randomBytes(32).toString('base64url');
  const [state, nonce] = [randomBytes(12).toString('base64url'), randomBytes(12).toString('base64url')];
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope,
    ...(resource ? { resource } : {}),
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return { parameters, verifier, state, nonce };
}

/**
 * From the authorization request to the code at the redirect URI (RFC 6749 §4.1.1, §4.1.2). Signs in where a page asks for it: with
 * the cookies of a session nothing is asked.
 */
export function* authorize(agent, site, person) {
  const request = authorizationRequest(site);
  let answer = yield* agent.open(`${site.base}/authorize?${request.parameters}`);
  let path = `${site.base}/authorize`;
  let submitted = false;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const location = locationOf(answer);
    if (location?.startsWith(site.client.redirectUri)) return { ...request, code: codeOf(location, request, site) };
    if (location !== null) {
      path = within(location, path, site);
      answer = yield* agent.open(path);
    } else {
      if (submitted) throw new UnexpectedAnswer('the login page came back');
      const { action, fields } = loginForm(requireStatus(answer, 200).body.toString('utf8'));
      const filled = [...fields, ['identifier', person.username], ['password', person.password]];
      answer = yield* agent.submit(within(action ?? path, path, site), filled);
      if (locationOf(answer) === null) throw new UnexpectedAnswer(loginRefusal(answer));
      submitted = true;
    }
  }
  throw new UnexpectedAnswer('a sign-in without an end');
}

/** The page comes again; where it says when to try again, too many tried (CCR-4). */
function loginRefusal({ status, head }) {
  return /\r\nretry-after:/i.test(head) ? 'login held back: too many attempts' : `login refused with status ${status}`;
}

/** The path of an address of the issuer, as its browser opens it. */
export function within(address, path, { origin }) {
  const url = new URL(address, new URL(path, origin));
  if (url.origin !== origin) throw new UnexpectedAnswer('a redirect to a foreign place');
  return url.pathname + url.search;
}

/** RFC 9700 §4.4.2.1, RFC 9207 §2.4: the response must be that to our request, by this issuer. */
function codeOf(location, { state }, { issuer }) {
  const response = new URL(location).searchParams;
  if (response.has('error')) throw new UnexpectedAnswer(`authorization refused: ${response.get('error')}`);
  if (response.get('state') !== state || response.get('iss') !== issuer || !response.has('code'))
    throw new UnexpectedAnswer('an authorization response without code, state or iss');
  return response.get('code');
}

/** The request that redeems a code (RFC 6749 §4.1.3). */
export function redemptionText({ base, host, client }, { code, verifier }) {
  return formRequest({
    path: `${base}/token`,
    host,
    headers: { authorization: client.authorization },
    fields: [
      ['grant_type', 'authorization_code'],
      ['code', code],
      ['redirect_uri', client.redirectUri],
      ['code_verifier', verifier],
    ],
  });
}

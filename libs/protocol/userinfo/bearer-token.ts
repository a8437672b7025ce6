import { OAuthError } from '@tessera/vocabulary';
import type { EdgeRequest } from '../edge/index.js';
import { parseFormParameters } from '../form-parameters/index.js';

/** RFC 9110 §11.1: the scheme is compared without regard to case. */
const BEARER_SCHEME = /^bearer(?: |$)/i;
/** RFC 6750 §2.1: the scheme, one space or more (RFC 9110 §11.4), a b64token. */
const BEARER_CREDENTIALS = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * The one access token of a request to a protected resource; null when it brings none.
 *
 * RFC 6750 §2: at most one way of sending it. §2.3: never in the URL, where it would be stored in logs and histories.
 *
 * @throws {OAuthError} `userinfo.token_in_query`, `userinfo.several_tokens`, `userinfo.malformed_authorization`, and what the
 * parameters themselves are refused for.
 */
export function presentedBearerToken({ method, parameters, authorization }: EdgeRequest): string | null {
  const inForm = parseFormParameters(parameters).values.get('access_token');
  if (inForm !== undefined && method !== 'POST') throw new OAuthError('userinfo.token_in_query');
  if (authorization.length > 1) throw new OAuthError('userinfo.several_tokens');
  const inHeader = fromHeader(authorization[0]);
  if (inForm !== undefined && inHeader !== null) throw new OAuthError('userinfo.several_tokens');
  return inHeader ?? inForm ?? null;
}

/** Credentials of another scheme are no token: the answer is the challenge, which says what would be one. */
function fromHeader(authorization: string | undefined): string | null {
  if (authorization === undefined || !BEARER_SCHEME.test(authorization)) return null;
  const token = BEARER_CREDENTIALS.exec(authorization)?.[1];
  if (token === undefined) throw new OAuthError('userinfo.malformed_authorization');
  return token;
}

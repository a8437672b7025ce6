import { OAuthError } from '@tessera/vocabulary';
import type { FormParameters } from '../form-parameters/index.js';
import { parseBasicCredentials } from './basic-credentials.js';

/** RFC 7523 §2.2. */
export const JWT_BEARER_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** What a client presented to prove who it is: one method, not judged yet. */
export type PresentedCredentials =
  | {
      readonly kind: 'secret';
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly clientId: string;
      readonly secret: string;
    }
  | { readonly kind: 'assertion'; readonly clientId: string | null; readonly assertion: string }
  | { readonly kind: 'none'; readonly clientId: string };

/**
 * RFC 6749 §2.3: a client must not use more than one authentication method per request. Every trace of a method counts, a
 * type without its assertion too, so that no two parts of the system can disagree about which one was meant.
 *
 * @throws {OAuthError} `client_authentication.*`, for what can be told from the request alone.
 */
export function presentedCredentials(authorization: readonly string[], { values }: FormParameters): PresentedCredentials {
  const [header] = authorization;
  if (authorization.length > 1) throw new OAuthError('client_authentication.repeated_header');
  const secret = values.get('client_secret');
  const assertion = values.get('client_assertion');
  const assertionType = values.get('client_assertion_type');
  const byAssertion = assertion !== undefined || assertionType !== undefined;
  const methods = Number(header !== undefined) + Number(secret !== undefined) + Number(byAssertion);
  if (methods > 1) throw new OAuthError('client_authentication.two_methods');

  const clientId = values.get('client_id');
  if (header !== undefined) return presentedByHeader(header, clientId);
  if (byAssertion) return presentedByAssertion(assertion, assertionType, clientId);
  if (clientId === undefined) throw new OAuthError('client_authentication.missing');
  return secret === undefined ? { kind: 'none', clientId } : { kind: 'secret', method: 'client_secret_post', clientId, secret };
}

function presentedByHeader(header: string, clientId: string | undefined): PresentedCredentials {
  const basic = parseBasicCredentials(header);
  // RFC 6749 §3.2.1 lets a client name itself in the form too; two names are two clients.
  if (clientId !== undefined && clientId !== basic.clientId) throw new OAuthError('client_authentication.client_id_mismatch');
  return { kind: 'secret', method: 'client_secret_basic', ...basic };
}

function presentedByAssertion(
  assertion: string | undefined,
  assertionType: string | undefined,
  clientId: string | undefined,
): PresentedCredentials {
  if (assertion === undefined || assertionType !== JWT_BEARER_ASSERTION_TYPE) {
    throw new OAuthError('client_authentication.unsupported_assertion_type');
  }
  return { kind: 'assertion', clientId: clientId ?? null, assertion };
}

import { OAuthError, STATE_LENGTH_MAX } from '@tessera/vocabulary';
import type { Resources } from '../access-token/index.js';
import { carries, type ClientMetadata, grantTypesOf, isConfidential, isFrontChannel, parseResponseType, ResponseMode, type ResponseType } from '../client/index.js';
import { type FormParameters, parseFormParameters, requireParameter } from '../form-parameters/index.js';
import { CODE_CHALLENGE_METHOD, isCodeChallenge } from '../proof-key/index.js';
import type { RequestObjectPorts } from '../request-object/index.js';
import { AuthorizationRefusal } from './authorization-refusal.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { PresentedParameters } from './presented-parameters.js';
import { type ProvenRedirection, proveRedirection } from './proven-redirection.js';
import {
  hintedAccount,
  type IdTokenHints,
  requestedAcrValues,
  requestedClaims,
  requestedLoginHint,
  requestedMaxAge,
  requestedNonce,
  requestedPrompt,
  requestedUiLocales,
} from './requested-authentication.js';
import { requestedAuthority } from './requested-authority.js';

export type { IdTokenHints } from './requested-authentication.js';

/** Everything outside that validation needs. */
export interface AuthorizationRequestPorts {
  readonly resources: Resources;
  readonly hints: IdTokenHints;
  readonly requestObjects: RequestObjectPorts;
}

/** How a request came, and how it has to. */
export interface AuthorizationRequestPolicy {
  /** `pushed`: at the pushed authorization request endpoint. `direct`: through the browser. */
  readonly arrival: 'pushed' | 'direct';
  /** Whether every client has to push (RFC 9126 §5); a client may have to by itself (§6). */
  readonly requirePushed: boolean;
}

/**
 * Validates an authorization request of a known and enabled client; the same for direct and pushed requests (PAR-2).
 *
 * @param parameters those that count: a request object was opened before ({@link requestedParameters}).
 *
 * @throws {OAuthError} while the redirect URI is not proven: never redirected (AUT-2).
 * @throws {AuthorizationRefusal} for everything else, with where it goes.
 * @throws {Outage} when a port cannot answer: no statement about the request.
 */
export async function validateAuthorizationRequest(
  parameters: PresentedParameters,
  client: ClientMetadata,
  ports: AuthorizationRequestPorts,
  policy: AuthorizationRequestPolicy,
): Promise<AuthorizationRequest> {
  const redirection = proveRedirection(parameters, client);
  try {
    return await validateRedirectable(parseFormParameters(parameters), redirection, client, ports, policy);
  } catch (error) {
    if (error instanceof OAuthError) throw new AuthorizationRefusal(error, redirection);
    throw error;
  }
}

/** The checks in their order: how the request came, what kind it is, what the client may do, then each parameter. */
async function validateRedirectable(
  parameters: FormParameters,
  redirection: ProvenRedirection,
  client: ClientMetadata,
  ports: AuthorizationRequestPorts,
  policy: AuthorizationRequestPolicy,
): Promise<AuthorizationRequest> {
  const { values } = parameters;
  requireArrival(client, policy);
  refuseUnsupported(values);
  const responseType = requestedResponseType(parameters, client);
  const withCode = carries(responseType, 'code');
  requireResponseMode(values, client, responseType, redirection);
  requireGrantTypes(client, responseType);
  requireState(values);
  const authority = await requestedAuthority(parameters, client, ports.resources, withCode);
  requireForIdToken(values, authority.scope, responseType);
  return {
    clientId: client.clientId,
    redirectUri: redirection.redirectUri,
    redirectUriSent: redirection.redirectUriSent,
    responseType,
    responseMode: redirection.responseMode,
    ...authority,
    state: redirection.state,
    nonce: requestedNonce(values),
    codeChallenge: withCode ? requestedCodeChallenge(values, client) : null,
    prompt: requestedPrompt(values),
    maxAgeSeconds: requestedMaxAge(values, client),
    acrValues: requestedAcrValues(values, client),
    hintedAccount: await hintedAccount(values, client, ports.hints),
    loginHint: requestedLoginHint(values),
    uiLocales: requestedUiLocales(values),
    claims: requestedClaims(values, authority.scope),
    // RFC 6749 §3.1: `dpop_jkt` is ignored like every parameter nobody knows, while no endpoint takes a proof.
    confirmation: null,
  };
}

/** RFC 9126 §5, §6: globally or for this client, requests that were not pushed MUST be refused. */
function requireArrival({ clientId, registration }: ClientMetadata, { arrival, requirePushed }: AuthorizationRequestPolicy): void {
  if (arrival === 'pushed' || (!requirePushed && !registration.requirePushedAuthorizationRequests)) return;
  throw new OAuthError('authorization_request.pushed_request_required', { clientId });
}

/** OIDC Core §7.2.1: what is not supported has a code of its own. */
function refuseUnsupported(values: FormParameters['values']): void {
  if (values.has('registration')) throw new OAuthError('authorization_request.registration');
}

/** RFC 6749 §3.1.1, AUT-3: one this release has and the client registered. */
function requestedResponseType(parameters: FormParameters, { registration }: ClientMetadata): ResponseType {
  const value = requireParameter(parameters, 'response_type');
  const responseType = parseResponseType(value);
  if (responseType === null || !registration.responseTypes.includes(responseType)) {
    throw new OAuthError('authorization_request.response_type', { responseType: value.slice(0, 64) });
  }
  return responseType;
}

/**
 * OAuth Multiple Response Types §2.1, AUT-9. The refusal goes by the mode the client would have had without asking. Tokens MUST NOT
 * go into the query (§5), which servers log and browsers pass on.
 */
function requireResponseMode(
  values: FormParameters['values'],
  { clientId, registration }: ClientMetadata,
  responseType: ResponseType,
  redirection: ProvenRedirection,
): void {
  const value = values.get('response_mode');
  if (isFrontChannel(responseType) && (value === 'query' || redirection.responseMode === 'query')) {
    throw new OAuthError('authorization_request.response_mode_query', { clientId });
  }
  if (value === undefined) return;
  const mode = ResponseMode.safeParse(value);
  if (!mode.success) throw new OAuthError('authorization_request.response_mode', { responseMode: value.slice(0, 64) });
  if (!registration.responseModes.includes(mode.data)) throw new OAuthError('authorization_request.response_mode_not_registered', { clientId });
}

/** RFC 6749 §4.1.2.1 `unauthorized_client`; OIDC Registration §2: which grant types a response type needs. */
function requireGrantTypes({ clientId, grantTypes }: ClientMetadata, responseType: ResponseType): void {
  if (grantTypesOf(responseType).every((one) => grantTypes.includes(one))) return;
  throw new OAuthError('authorization_request.grant_type_not_allowed', { clientId });
}

/** OIDC Core §3.2.2.1, §3.3.2.11: an ID token in the front channel is bound to the request by its nonce, and to OpenID Connect by the scope. */
function requireForIdToken(values: FormParameters['values'], scope: readonly string[], responseType: ResponseType): void {
  if (!carries(responseType, 'id_token')) return;
  if (!scope.includes('openid')) throw new OAuthError('authorization_request.openid_missing');
  if (!values.has('nonce')) throw new OAuthError('authorization_request.nonce_missing');
}

function requireState(values: FormParameters['values']): void {
  const length = values.get('state')?.length ?? 0;
  if (length > STATE_LENGTH_MAX) throw new OAuthError('authorization_request.state', { length });
}

/**
 * RFC 7636 §4.3, §4.4.1: S256 or, where the client need not, nothing. Without a method the challenge would be `plain` (§4.3), and
 * a method without a challenge shows that one was lost on the way.
 */
function requestedCodeChallenge(values: FormParameters['values'], client: ClientMetadata): string | null {
  const challenge = values.get('code_challenge') ?? null;
  const method = values.get('code_challenge_method') ?? null;
  if (challenge === null) {
    if (method !== null) throw new OAuthError('authorization_request.code_challenge_method');
    if (mayOmitProofKey(client)) return null;
    throw new OAuthError('authorization_request.code_challenge_missing', { clientId: client.clientId });
  }
  if (method !== CODE_CHALLENGE_METHOD) throw new OAuthError('authorization_request.code_challenge_method');
  if (!isCodeChallenge(challenge)) throw new OAuthError('authorization_request.code_challenge');
  return challenge;
}

/** COD-5, RFC 9700 §2.1.1, FAPI 2.0 Security §5.3.2.2: never a public client, nor one of a FAPI profile, whatever is registered. */
function mayOmitProofKey(client: ClientMetadata): boolean {
  return !client.registration.requireProofKey && isConfidential(client) && client.profile === 'openid';
}

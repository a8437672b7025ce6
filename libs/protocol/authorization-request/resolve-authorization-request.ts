import { hash } from 'node:crypto';
import { type ClientId, OAuthError } from '@tessera/vocabulary';
import type { ClientMetadata } from '../client/index.js';
import { parseFormParameters } from '../form-parameters/index.js';
import { isRegisteredRedirectUri } from '../redirect-uri/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { identifyClient, type RegisteredClients } from './identify-client.js';
import { type PresentedParameters, soleValue } from './presented-parameters.js';
import { requestedParameters, type RequestUriSource } from './requested-parameters.js';
import { type AuthorizationRequestPorts, validateAuthorizationRequest } from './validate-authorization-request.js';

/** RFC 9126 §2.2, RFC 9101 §5: what the `request_uri` of a pushed request begins with; a handle of ours follows. */
export const PUSHED_REQUEST_URI_PREFIX = 'urn:ietf:params:oauth:request_uri:';

/** The pushed requests that are neither expired nor spent. */
export interface LivePushedRequests {
  /** The request behind a hash, if this client pushed it; null for every other. Throws an Outage when it cannot be known. */
  find(requestUriHash: Buffer, clientId: ClientId): Promise<AuthorizationRequest | null>;
}

/** Everything outside that the authorization endpoint needs to know what it is asked. */
export interface AuthorizationRequestSources extends AuthorizationRequestPorts {
  readonly clients: RegisteredClients;
  readonly pushedRequests: LivePushedRequests;
  /** Where registered `request_uris` are fetched; null where this deployment fetches none (PAR-7). */
  readonly requestUris: RequestUriSource | null;
}

/** A valid request and whose it is. */
export interface ResolvedAuthorizationRequest {
  readonly client: ClientMetadata;
  readonly request: AuthorizationRequest;
  /** SHA-256 of the `request_uri`, to be spent by the one authorization it yields (PAR-3); null for a direct request. */
  readonly pushedRequestHash: Buffer | null;
}

/**
 * What the authorization endpoint is asked: by its parameters, by those of a request object (RFC 9101 §5), or by the `request_uri` of
 * a pushed request (RFC 9126 §4).
 *
 * Looking at a pushed request does not spend it: a person reloads, and a browser fetches ahead (AUT-10, PAR-3).
 *
 * @throws {OAuthError} for a page, @throws {AuthorizationRefusal} for a redirect, @throws {Outage}.
 */
export async function resolveAuthorizationRequest(
  parameters: PresentedParameters,
  sources: AuthorizationRequestSources,
  policy: { readonly requirePushed: boolean },
): Promise<ResolvedAuthorizationRequest> {
  const client = await identifyClient(parameters, sources.clients);
  const requestUri = soleValue(parameters, 'request_uri');
  if (requestUri === null || !requestUri.startsWith(PUSHED_REQUEST_URI_PREFIX)) {
    const asked = await requestedParameters(parameters, client, sources.requestObjects, sources.requestUris);
    const request = await validateAuthorizationRequest(asked, client, sources, { arrival: 'direct', ...policy });
    return { client, request, pushedRequestHash: null };
  }
  // PAR-4: everything beside client_id is ignored, but not that something was said twice (GEN-1).
  parseFormParameters(parameters);
  const pushedRequestHash = requestUriHash(requestUri);
  const request = await sources.pushedRequests.find(pushedRequestHash, client.clientId);
  if (request === null) throw new OAuthError('authorization_request.request_uri_unknown', { clientId: client.clientId });
  requireStillRegistered(request, client);
  return { client, request, pushedRequestHash };
}

/** GEN-5: a pushed request is found by the hash of its `request_uri`, which alone is stored. */
export function requestUriHash(requestUri: string): Buffer {
  return hash('sha256', requestUri, 'buffer');
}

/** A redirect URI may have been taken from the client since the push; to it nothing is sent any more (AUT-2). So may a response type (AUT-3). */
function requireStillRegistered({ redirectUri, responseType }: AuthorizationRequest, { clientId, registration }: ClientMetadata): void {
  if (!isRegisteredRedirectUri(redirectUri, registration)) throw new OAuthError('authorization_request.redirect_uri_mismatch', { clientId });
  if (!registration.responseTypes.includes(responseType)) throw new OAuthError('authorization_request.response_type', { clientId });
}

import { type ClientId, OAuthError } from '@tessera/vocabulary';
import {
  AuthorizationRefusal,
  type AuthorizationRequest,
  type AuthorizationRequestPorts,
  PUSHED_REQUEST_URI_PREFIX,
  requestedParameters,
  requestUriHash,
  validateAuthorizationRequest,
} from '../authorization-request/index.js';
import type { ClientMetadata } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import type { EdgeRequest, EndpointReply } from '../edge/index.js';
import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';

/** Where pushed requests are kept. */
export interface PushedAuthorizationRequests {
  /** Stores a request of a client; the database's clock counts its life (GEN-8). */
  store(requestUriHash: Buffer, clientId: ClientId, request: AuthorizationRequest, lifetimeSeconds: number): Promise<void>;
}

/** Everything outside that the endpoint needs. */
export interface PushedAuthorizationRequestPorts extends AuthorizationRequestPorts {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  readonly pushedRequests: PushedAuthorizationRequests;
  /** 256 random bits in base64url, new each time (GEN-3). */
  newHandle(): string;
}

/** How long a pushed request waits for its authorization (PAR-3). */
export interface PushedAuthorizationRequestPolicy {
  readonly lifetimeSeconds: number;
}

/**
 * Answers a pushed authorization request.
 *
 * @throws {OAuthError} with a code of RFC 6749 §4.1.2.1 or §5.2. @throws {Outage} when a port cannot answer.
 */
export async function answerPushedAuthorizationRequest(
  request: EdgeRequest,
  ports: PushedAuthorizationRequestPorts,
  { lifetimeSeconds }: PushedAuthorizationRequestPolicy,
): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const { client } = await ports.authenticate(request, parameters);
  // Who authenticated by header or assertion need not repeat its name; another one was refused there.
  if (parameters.values.has('request_uri')) throw new OAuthError('pushed_authorization_request.request_uri', { clientId: client.clientId });
  const valid = await asJsonErrors(validatePushed(request, client, ports));
  const requestUri = `${PUSHED_REQUEST_URI_PREFIX}${ports.newHandle()}`;
  await ports.pushedRequests.store(requestUriHash(requestUri), client.clientId, valid, lifetimeSeconds);
  return { status: 201, body: { request_uri: requestUri, expires_in: lifetimeSeconds }, headers: {} };
}

/** RFC 9126 §3: a request object may be pushed, and then holds all that counts. */
async function validatePushed({ parameters }: EdgeRequest, client: ClientMetadata, ports: PushedAuthorizationRequestPorts): Promise<AuthorizationRequest> {
  const asked = await requestedParameters(parameters, client, ports.requestObjects, null);
  return validateAuthorizationRequest(asked, client, ports, { arrival: 'pushed', requirePushed: false });
}

/** RFC 9126 §2.3: errors are those of the token endpoint; there is no browser to send back. */
async function asJsonErrors<Value>(validating: Promise<Value>): Promise<Value> {
  try {
    return await validating;
  } catch (error) {
    throw error instanceof AuthorizationRefusal ? error.refusal : error;
  }
}

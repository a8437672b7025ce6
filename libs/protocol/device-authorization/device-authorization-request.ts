import { ACR_VALUES_MAX, type ClientId, OAuthError, type TeamName } from '@tessera/vocabulary';
import type { Confirmation, Resources } from '../access-token/index.js';
import { requestedAuthority } from '../authorization-request/index.js';
import { type ClientMetadata, DEVICE_CODE_GRANT_TYPE } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type EdgeRequest, type EndpointReply, ok } from '../edge/index.js';
import { type FormParameters, parseFormParameters } from '../form-parameters/index.js';
import type { DeviceAuthorizationRequest } from './device-authorization.js';
import { displayedUserCode } from './user-code.js';

/** A request that is to be stored, without the codes. */
export interface NewDeviceAuthorization {
  readonly clientId: ClientId;
  readonly request: DeviceAuthorizationRequest;
  readonly confirmation: Confirmation | null;
  readonly sourceAddress: string;
  /** The team that asks for the client; absent where the device does itself. */
  readonly team?: TeamName;
}

/** Where device authorizations are kept. */
export interface DeviceAuthorizations {
  /**
   * Stores a request under new codes, told once; the database's clock counts its life. Null when the client, or
   * the source, has as many waiting as it may (DEV-7).
   */
  store(authorization: NewDeviceAuthorization, policy: DeviceFlowPolicy): Promise<{ readonly deviceCode: string; readonly userCode: string } | null>;
}

/** What a deployment decides about the flow. */
export interface DeviceFlowPolicy {
  /** Seconds both codes live (DEV-1). */
  readonly lifetimeSeconds: number;
  /** Seconds between two polls, to begin with. */
  readonly intervalSeconds: number;
  /** Codes of one client that may wait for a person at the same time. */
  readonly waitingPerClient: number;
  /** And of one source, whatever the client. */
  readonly waitingPerSource: number;
  /** The page where the user code is entered. */
  readonly verificationUri: string;
}

/** Everything outside that the endpoint needs. */
export interface DeviceAuthorizationPorts {
  authenticate(request: EdgeRequest, parameters: FormParameters): Promise<AuthenticatedClient>;
  readonly resources: Resources;
  readonly devices: DeviceAuthorizations;
}

/**
 * RFC 8628 §3.1, §3.2: answers a device authorization request. Public clients are identified, confidential ones authenticate as at
 * the token endpoint (DEV-3).
 *
 * @throws {OAuthError} with a code of RFC 6749 §5.2. @throws {Outage} when a port cannot answer.
 */
export async function answerDeviceAuthorizationRequest(
  request: EdgeRequest,
  ports: DeviceAuthorizationPorts,
  policy: DeviceFlowPolicy,
): Promise<EndpointReply> {
  const parameters = parseFormParameters(request.parameters);
  const { client } = await ports.authenticate(request, parameters);
  const { clientId } = client;
  const asked = await validDeviceAuthorizationRequest(parameters, client, ports.resources);
  const codes = await ports.devices.store({ clientId, request: asked, confirmation: null, sourceAddress: request.sourceAddress }, policy);
  if (codes === null) throw new OAuthError('device_authorization.too_many_waiting', { clientId });
  const { lifetimeSeconds, intervalSeconds, verificationUri } = policy;
  const shown = displayedUserCode(codes.userCode);
  return ok({
    device_code: codes.deviceCode,
    user_code: shown,
    verification_uri: verificationUri,
    verification_uri_complete: completeVerificationUri(verificationUri, shown),
    expires_in: lifetimeSeconds,
    interval: intervalSeconds,
  });
}

/** RFC 8628 §3.3.1: it spares the typing, and nothing else (DEV-5). */
export function completeVerificationUri(verificationUri: string, displayedCode: string): string {
  return `${verificationUri}?user_code=${displayedCode}`;
}

/**
 * RFC 8628 §3.1, RFC 8707 §2: what is asked for, by the same rules as at the authorization endpoint.
 *
 * @throws {OAuthError} `device_authorization.grant_type_not_allowed`, and as the authorization endpoint does.
 */
export async function validDeviceAuthorizationRequest(parameters: FormParameters, client: ClientMetadata, resources: Resources): Promise<DeviceAuthorizationRequest> {
  const { clientId } = client;
  if (!client.grantTypes.includes(DEVICE_CODE_GRANT_TYPE)) throw new OAuthError('device_authorization.grant_type_not_allowed', { clientId });
  const { scope, resources: identifiers } = await requestedAuthority(parameters, client, resources);
  return {
    authority: { version: 1, scope, resources: identifiers, claims: {}, authorizationDetails: [] },
    acrValues: acrValues(parameters.values, client),
  };
}

function acrValues(values: FormParameters['values'], { registration }: ClientMetadata): string[] {
  const value = values.get('acr_values');
  if (value === undefined) return [...registration.defaultAcrValues];
  const asked = [...new Set(value.split(' '))].filter((one) => one !== '');
  if (asked.length > ACR_VALUES_MAX) throw new OAuthError('authorization_request.acr_values', { count: asked.length });
  return asked;
}

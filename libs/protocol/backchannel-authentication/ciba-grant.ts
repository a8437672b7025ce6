import { OAuthError } from '@tessera/vocabulary';
import { entitleUser, requireNamedResource, type Resources, type UserEntitlement } from '../access-token/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import type { AuthReqIdRedemption, AuthReqIdRedemptionRequest } from './backchannel-authentication.js';
import { backchannelHandleHash } from './handles.js';

/** The requests of the service that owns them, as they are redeemed. */
export interface AuthReqIds<Call> {
  /** Answers a poll. The same `redemptionId` gets the same answer. Throws an Outage when the answer is not known. */
  redeem(request: AuthReqIdRedemptionRequest, call: Call): Promise<AuthReqIdRedemption>;
}

/** Everything outside that the grant needs. */
export interface CibaGrantPorts<Call> {
  readonly issuer: string;
  readonly resources: Resources;
  readonly authReqIds: AuthReqIds<Call>;
  /** A new id for each token request. */
  redemptionId(): string;
}

/**
 * CIBA Core §10.1, §11: a poll, or the request that follows a ping. The owner's one statement decides; here its outcome gets its
 * code. An outage is never `authorization_pending`.
 *
 * @throws {OAuthError} `auth_req_id.*`; `invalid_target` for a resource that was not granted. @throws {Outage}
 */
export async function cibaGrant<Call>(
  parameters: FormParameters,
  { client }: AuthenticatedClient,
  ports: CibaGrantPorts<Call>,
  call: Call,
): Promise<UserEntitlement> {
  const { clientId } = client;
  // CIBA Core §11: "unauthorized_client: If the Client is registered to use the Push Mode".
  if (client.registration.backchannelTokenDeliveryMode === 'push') throw new OAuthError('auth_req_id.push_client', { clientId });
  const authReqIdHash = backchannelHandleHash(requireParameter(parameters, 'auth_req_id')).toString('base64url');
  // Before it is spent: this much is wrong whatever was granted.
  await requireNamedResource(parameters.resources, client, ports);
  const redemption = await ports.authReqIds.redeem({ authReqIdHash, clientId, confirmation: null, redemptionId: ports.redemptionId() }, call);
  switch (redemption.outcome) {
    case 'redeemed': {
      const { grant } = redemption;
      const access = await entitleUser(grant, client, { scope: null, resources: parameters.resources }, ports);
      return { access, grant, refreshToken: client.grantTypes.includes('refresh_token') ? 'begin' : null };
    }
    case 'pending':
      throw new OAuthError('auth_req_id.pending', { clientId });
    case 'slow_down':
      throw new OAuthError('auth_req_id.slow_down', { clientId });
    case 'denied':
      throw new OAuthError('auth_req_id.denied', { clientId });
    case 'expired':
      throw new OAuthError('auth_req_id.expired', { clientId });
    case 'used':
      throw new OAuthError('auth_req_id.redeemed', { clientId });
    case 'unknown':
      throw new OAuthError('auth_req_id.unknown', { clientId });
  }
}

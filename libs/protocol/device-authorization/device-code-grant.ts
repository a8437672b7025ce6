import { hash } from 'node:crypto';
import { OAuthError } from '@tessera/vocabulary';
import { entitleUser, requireNamedResource, type Resources, type UserEntitlement } from '../access-token/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import type { DeviceCodeRedemption, DeviceCodeRedemptionRequest } from './device-authorization.js';

/** The device codes of the service that owns them. */
export interface DeviceCodes<Call> {
  /**
   * Takes a poll: redeems the code of a device that was approved, or says where the request stands. The same `redemptionId` gets
   * the same tokens' worth, so a lost answer may be asked for again. Throws an Outage when the answer is not known: that is never
   * "still pending", or a device would poll on where nobody can answer it.
   */
  redeem(request: DeviceCodeRedemptionRequest, call: Call): Promise<DeviceCodeRedemption>;
}

/** Everything outside that the grant needs. */
export interface DeviceCodeGrantPorts<Call> {
  readonly issuer: string;
  readonly resources: Resources;
  readonly deviceCodes: DeviceCodes<Call>;
  /** A new id for each token request. */
  redemptionId(): string;
}

/**
 * RFC 8628 §3.4, §3.5. The client has authenticated as it did when it asked (DEV-3); that the code is its own the owner's one
 * statement judges together with everything else.
 *
 * @throws {OAuthError} `device_code.*`; `invalid_target` for a resource that was not granted. @throws {Outage}
 */
export async function deviceCodeGrant<Call>(
  parameters: FormParameters,
  { client }: AuthenticatedClient,
  ports: DeviceCodeGrantPorts<Call>,
  call: Call,
): Promise<UserEntitlement> {
  const { clientId } = client;
  const deviceCode = requireParameter(parameters, 'device_code');
  // Before the code is spent: this much is wrong whatever was granted.
  await requireNamedResource(parameters.resources, client, ports);
  const deviceCodeHash = hash('sha256', deviceCode, 'base64url');
  const redemption = await ports.deviceCodes.redeem({ deviceCodeHash, clientId, confirmation: null, redemptionId: ports.redemptionId() }, call);
  switch (redemption.outcome) {
    case 'redeemed': {
      const { grant } = redemption;
      const access = await entitleUser(grant, client, { scope: null, resources: parameters.resources }, ports);
      return { access, grant, refreshToken: client.grantTypes.includes('refresh_token') ? 'begin' : null };
    }
    case 'pending':
      throw new OAuthError('device_code.pending', { clientId });
    case 'too_soon':
      throw new OAuthError('device_code.slow_down', { clientId });
    case 'denied':
      throw new OAuthError('device_code.denied', { clientId });
    case 'expired':
      throw new OAuthError('device_code.expired', { clientId });
    case 'spent':
      throw new OAuthError('device_code.redeemed', { clientId });
    case 'unknown':
      throw new OAuthError('device_code.unknown', { clientId });
  }
}

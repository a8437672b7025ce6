import { randomUUID } from 'node:crypto';
import type { ServedCall } from '@tessera/messaging';
import type { Resources } from '@tessera/protocol/access-token';
import { authorizationCodeGrant } from '@tessera/protocol/authorization-code-grant';
import { cibaGrant } from '@tessera/protocol/backchannel-authentication';
import { clientCredentialsGrant } from '@tessera/protocol/client-credentials-grant';
import { deviceCodeGrant } from '@tessera/protocol/device-authorization';
import { type RefreshFamilies, refreshTokenGrant } from '@tessera/protocol/refresh-token-grant';
import { resourceOwnerPasswordGrant } from '@tessera/protocol/resource-owner-password-grant';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import { BusAuthorizationCodes } from './authorization-code-grant/bus-authorization-codes.js';
import { BusAuthReqIds } from './ciba-grant/bus-auth-req-ids.js';
import { BusDeviceCodes } from './device-code-grant/bus-device-codes.js';
import { BusPasswords } from './resource-owner-password-grant/bus-passwords.js';
import type { TokenResources } from './token-resources.js';

/** Each grant type over the ports of this process; null is one that this deployment does not have. */
export function grantTable(
  { issuer, passwordGrant, lease, services }: Pick<TokenResources, 'issuer' | 'passwordGrant' | 'lease' | 'services'>,
  resources: Resources,
  families: RefreshFamilies,
): TokenRequestPorts<ServedCall>['grants'] {
  const common = { issuer, resources };
  const codes = { ...common, codes: new BusAuthorizationCodes(services), redemptionId: () => randomUUID() };
  const devices = { ...common, deviceCodes: new BusDeviceCodes(services), redemptionId: () => randomUUID() };
  const backchannel = { ...common, authReqIds: new BusAuthReqIds(services), redemptionId: () => randomUUID() };
  const refreshing = { ...common, families, derivation: { keys: () => lease.macKeys('derivation') } };
  const passwords = { ...common, passwords: new BusPasswords(services) };
  return {
    client_credentials: (parameters, client) => clientCredentialsGrant(parameters, client, common),
    authorization_code: (parameters, client, _request, call) => authorizationCodeGrant(parameters, client, codes, call),
    refresh_token: (parameters, client) => refreshTokenGrant(parameters, client, refreshing),
    password: passwordGrant ? (parameters, client, request, call) => resourceOwnerPasswordGrant(parameters, client, request, passwords, call) : null,
    'urn:openid:params:grant-type:ciba': (parameters, client, _request, call) => cibaGrant(parameters, client, backchannel, call),
    'urn:ietf:params:oauth:grant-type:device_code': (parameters, client, _request, call) => deviceCodeGrant(parameters, client, devices, call),
  };
}

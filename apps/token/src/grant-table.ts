import { randomUUID } from 'node:crypto';
import type { ServedCall } from '@tessera/messaging';
import type { Resources } from '@tessera/protocol/access-token';
import { authorizationCodeGrant } from '@tessera/protocol/authorization-code-grant';
import { clientCredentialsGrant } from '@tessera/protocol/client-credentials-grant';
import { type RefreshFamilies, refreshTokenGrant } from '@tessera/protocol/refresh-token-grant';
import { resourceOwnerPasswordGrant } from '@tessera/protocol/resource-owner-password-grant';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import { BusAuthorizationCodes } from './authorization-code-grant/bus-authorization-codes.js';
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
  const refreshing = { ...common, families, derivation: { keys: () => lease.macKeys('derivation') } };
  const passwords = { ...common, passwords: new BusPasswords(services) };
  return {
    client_credentials: (parameters, client) => clientCredentialsGrant(parameters, client, common),
    authorization_code: (parameters, client, _request, call) => authorizationCodeGrant(parameters, client, codes, call),
    refresh_token: (parameters, client) => refreshTokenGrant(parameters, client, refreshing),
    password: passwordGrant ? (parameters, client, request, call) => resourceOwnerPasswordGrant(parameters, client, request, passwords, call) : null,
  };
}

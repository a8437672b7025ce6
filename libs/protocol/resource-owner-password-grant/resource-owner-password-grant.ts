import { type Authority, authorityOver, OAuthError } from '@tessera/vocabulary';
import { entitleUser, namedResource, type Resources, type UserEntitlement } from '../access-token/index.js';
import { requestedAuthority } from '../authorization-request/index.js';
import { type ClientMetadata, isConfidential } from '../client/index.js';
import type { AuthenticatedClient } from '../client-authentication/index.js';
import type { EdgeRequest } from '../edge/index.js';
import { type FormParameters, requireParameter } from '../form-parameters/index.js';
import type { PasswordVerdict, PasswordVerification } from './password-verification.js';

/** The passwords of the service that owns the accounts. */
export interface Passwords<Call> {
  /** Verifies a password and records the grant. Throws an Outage when the answer is not known. */
  verify(verification: PasswordVerification, call: Call): Promise<PasswordVerdict>;
}

/** Everything outside that the grant needs. */
export interface ResourceOwnerPasswordGrantPorts<Call> {
  readonly issuer: string;
  readonly resources: Resources;
  readonly passwords: Passwords<Call>;
}

/**
 * RFC 6749 §4.3.2. Every way in which the password can be wrong has one answer (CCR-3).
 *
 * @throws {OAuthError} `password_grant.*`, `invalid_target`, `invalid_scope`. @throws {Outage}
 */
export async function resourceOwnerPasswordGrant<Call>(
  parameters: FormParameters,
  { client }: AuthenticatedClient,
  { sourceAddress, requestId }: Pick<EdgeRequest, 'sourceAddress' | 'requestId'>,
  ports: ResourceOwnerPasswordGrantPorts<Call>,
  call: Call,
): Promise<UserEntitlement> {
  const { clientId } = client;
  if (!isConfidential(client)) throw new OAuthError('password_grant.public_client', { clientId });
  const username = requireParameter(parameters, 'username');
  const sealedPassword = requireParameter(parameters, 'password');
  const authority = await grantable(parameters, client, ports.resources);
  const verification = { clientId, username, sealedPassword, authority, offline: authority.scope.includes('offline_access'), confirmation: null, sourceAddress, requestId };
  const verdict = await ports.passwords.verify(verification, call);
  if (verdict.outcome === 'refused') throw new OAuthError('password_grant.refused', { clientId });
  const access = await entitleUser(verdict.grant, client, { scope: null, resources: [] }, ports);
  return { access, grant: verdict.grant, refreshToken: client.grantTypes.includes('refresh_token') ? 'begin' : null };
}

/**
 * RFC 6749 §4.3.2, GEN-7: scope and resource by the rules of an authorization request. Without a person who consents,
 * `offline_access` is for first-party clients only; from others it is ignored (OIDC Core §11).
 */
async function grantable(parameters: FormParameters, client: ClientMetadata, resources: Resources): Promise<Authority> {
  namedResource(parameters.resources);
  const asked = await requestedAuthority(parameters, client, resources);
  return authorityOver(client.registration.firstParty ? asked.scope : asked.scope.filter((one) => one !== 'offline_access'), asked.resources);
}

import type { Authority } from '@tessera/vocabulary';
import type { AuthorizationRequest } from '../authorization-request/index.js';
import type { ClientMetadata } from '../client/index.js';

/** Asks for a refresh token that outlives the session (OIDC Core §11). */
export const OFFLINE_ACCESS = 'offline_access';
/** Makes it an authentication request (OIDC Core §3.1.2.1). */
export const OPENID = 'openid';

/**
 * What an authorization request asks for, as an authority (decision 14). `offline_access` is ignored for a client that could
 * not use a refresh token (OIDC Core §11); asking for no claim is the same as not asking for claims.
 */
export function requestedAuthority(request: AuthorizationRequest, client: ClientMetadata): Authority {
  const mayRefresh = client.grantTypes.includes('refresh_token');
  const { userinfo, id_token } = request.claims;
  return {
    version: 1,
    scope: request.scope.filter((one) => one !== OFFLINE_ACCESS || mayRefresh),
    resources: [...request.resources],
    claims: { ...(isEmpty(userinfo) ? {} : { userinfo }), ...(isEmpty(id_token) ? {} : { id_token }) },
    authorizationDetails: [],
  };
}

/** The authority with the scopes a person left ticked (UIX-7): never more than was asked for. `openid` is no choice of theirs. */
export function narrowedTo(authority: Authority, ticked: readonly string[]): Authority {
  return { ...authority, scope: authority.scope.filter((one) => one === OPENID || ticked.includes(one)) };
}

/** Whether the grant outlives the session (OIDC Core §11). */
export function isOffline(authority: Authority): boolean {
  return authority.scope.includes(OFFLINE_ACCESS);
}

/** Names of the claims an authority asks for one by one (OIDC Core §5.5), each once. */
export function claimNamesOf(authority: Authority): readonly string[] {
  return [...new Set(Object.values(authority.claims).flatMap((member) => Object.keys(Object(member))))];
}

function isEmpty(members: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(members).length === 0;
}

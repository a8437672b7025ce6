import { OAuthError, parseScope } from '@tessera/vocabulary';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';

/** OIDC Core §3.1.2.1: the scope that asks who the user is. Without a user there is nothing to ask for (CCR-1). */
const OPENID = 'openid';

/**
 * RFC 6749 §3.3, GEN-7: the scope of a token without an end-user. Asked for, it must be the client's and the resource's, each
 * token of it: less than was asked is never granted silently. Not asked for, it is all of the client's that the resource offers.
 *
 * @throws {OAuthError} `invalid_scope`.
 */
export function selectScope(requested: string | undefined, client: ClientMetadata, resource: ResourceMetadata): readonly string[] {
  if (requested === undefined) return client.scope.filter((one) => one !== OPENID && resource.scope.includes(one));
  const scope = parseScope(requested);
  for (const one of scope) {
    if (one === OPENID) throw new OAuthError('scope.openid_without_user', { clientId: client.clientId });
    if (!client.scope.includes(one)) throw new OAuthError('scope.not_registered', { clientId: client.clientId, scope: one });
    if (!resource.scope.includes(one)) throw new OAuthError('scope.not_of_resource', { resource: resource.identifier, scope: one });
  }
  return scope;
}

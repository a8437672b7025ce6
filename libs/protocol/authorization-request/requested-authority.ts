import { isIdentityScope, OAuthError, parseScope } from '@tessera/vocabulary';
import type { Resources } from '../access-token/index.js';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';
import type { FormParameters } from '../form-parameters/index.js';
import { findAllowedResource } from '../resource-indicators/index.js';

/** What a request asks to be allowed. */
export interface RequestedAuthority {
  /** Each once, in the order asked. */
  readonly scope: string[];
  readonly resources: string[];
}

/**
 * RFC 6749 §3.3, RFC 8707 §2: scopes and the resources they are for. A scope of a resource needs one that offers it: those the
 * request names, or the client's default. Without such a scope no resource is added, and the token is for userinfo alone.
 *
 * @param mayBeOffline whether the response has a code, which alone leads to a refresh token.
 * @throws {OAuthError} `invalid_scope`, `invalid_target`.
 */
export async function requestedAuthority(
  { values, resources: named }: FormParameters,
  client: ClientMetadata,
  resources: Resources,
  mayBeOffline = true,
): Promise<RequestedAuthority> {
  const found = await Promise.all([...new Set(named)].map((one) => findAllowedResource(one, client, resources)));
  const scope = values.get('scope');
  if (scope === undefined) return defaultAuthority(found.length > 0 ? found : await defaultResource(client, resources), client);
  const asked = await understood(parseScope(scope), client, resources, mayBeOffline);
  const ofResources = asked.filter((token) => !isIdentityScope(token));
  const audience = found.length > 0 || ofResources.length === 0 ? found : await defaultResource(client, resources);
  if (audience.length === 0 && ofResources.length > 0) throw new OAuthError('resource.missing', { clientId: client.clientId });
  const foreign = ofResources.find((token) => !offers(audience, token));
  if (foreign !== undefined) throw new OAuthError('scope.not_of_resource', { scope: foreign });
  return { scope: asked, resources: audience.map((one) => one.identifier) };
}

/**
 * The tokens that mean something here.
 *
 * OIDC Core §3.1.2.1: scope values that are not understood SHOULD be ignored: those no resource of the client offers. A request
 * without openid is plain OAuth, where an unknown scope is an error (RFC 6749 §4.1.2.1). What is understood must be registered
 * for the client in either case (GEN-7).
 */
async function understood(tokens: readonly string[], client: ClientMetadata, resources: Resources, mayBeOffline: boolean): Promise<string[]> {
  const unregistered = tokens.filter((token) => !client.scope.includes(token));
  if (unregistered.length > 0) {
    const known = tokens.includes('openid') && client.scope.includes('openid') ? await resourcesOf(client, resources) : null;
    const refused = unregistered.find((token) => known === null || isIdentityScope(token) || offers(known, token));
    if (refused !== undefined) throw new OAuthError('scope.not_registered', { clientId: client.clientId, scope: refused });
  }
  // OIDC Core §11: without a code, or without the refresh token grant, there is nothing offline_access could give; then it MUST be ignored.
  const offline = mayBeOffline && client.grantTypes.includes('refresh_token');
  return tokens.filter((token) => client.scope.includes(token) && (token !== 'offline_access' || offline));
}

/**
 * RFC 6749 §3.3: the pre-defined default of a request without scope is what the client registered and the resource offers; never
 * who the user is, which only `openid` asks (OIDC Core §3.1.2.1). Where that is nothing, the request fails.
 */
function defaultAuthority(audience: readonly ResourceMetadata[], client: ClientMetadata): RequestedAuthority {
  const scope = client.scope.filter((token) => !isIdentityScope(token) && offers(audience, token));
  if (scope.length === 0) throw new OAuthError('authorization_request.scope_missing', { clientId: client.clientId });
  return { scope, resources: audience.map((one) => one.identifier) };
}

async function defaultResource(client: ClientMetadata, resources: Resources): Promise<readonly ResourceMetadata[]> {
  return client.defaultResource === null ? [] : [await findAllowedResource(client.defaultResource, client, resources)];
}

async function resourcesOf(client: ClientMetadata, resources: Resources): Promise<readonly ResourceMetadata[]> {
  const found = await Promise.all(client.resources.map((one) => resources.find(one)));
  return found.filter((one): one is ResourceMetadata => one !== null && one.enabled);
}

function offers(audience: readonly ResourceMetadata[], token: string): boolean {
  return audience.some((one) => one.scope.includes(token));
}

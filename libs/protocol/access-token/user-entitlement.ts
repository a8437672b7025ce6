import { authorityOver, isIdentityScope, OAuthError } from '@tessera/vocabulary';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';
import type { Resources } from './access-token.js';
import { accessTokenLifetime } from './access-token-lifetime.js';
import type { Entitlement, UserGrant } from './entitlement.js';

/** What a grant with a user decided: everything the token response is made of, and no token yet. */
export interface UserEntitlement {
  readonly access: Entitlement;
  /** Says who the user is: the ID token is made of it when `access` has the scope `openid`. */
  readonly grant: UserGrant;
  /** `begin`: a family of refresh tokens begins. A text: the one the client has from now on. Null: none. */
  readonly refreshToken: 'begin' | { readonly token: string } | null;
}

/** What a token request asks for within what was granted; null or empty asks for all of it. */
export interface Narrowing {
  /** RFC 6749 §6; null where the grant type has no `scope` parameter. */
  readonly scope: readonly string[] | null;
  /** RFC 8707 §2.2. */
  readonly resources: readonly string[];
}

/** RFC 8707 §2.2: the one resource a request names; null when it names none. @throws {OAuthError} `resource.too_many`. */
export function namedResource(resources: readonly string[]): string | null {
  if (resources.length > 1) throw new OAuthError('resource.too_many', { count: resources.length });
  return resources[0] ?? null;
}

/** What {@link entitleUser} looks resources up in. */
export interface KnownResources {
  readonly issuer: string;
  readonly resources: Resources;
}

/**
 * The resource a request names, if the client may have it at all; whether it was granted is another question. Asked before a grant
 * is used up, so that a wrong name costs nothing.
 *
 * @throws {OAuthError} `resource.too_many`, `resource.unknown`, `resource.not_allowed`.
 */
export async function requireNamedResource(named: readonly string[], client: ClientMetadata, known: KnownResources): Promise<ResourceMetadata | null> {
  const identifier = namedResource(named);
  if (identifier === null) return null;
  const resource = await known.resources.find(identifier);
  const detail = { clientId: client.clientId };
  if (resource === null || !resource.enabled) throw new OAuthError('resource.unknown', detail);
  if (identifier !== known.issuer && !client.resources.includes(identifier)) throw new OAuthError('resource.not_allowed', detail);
  return resource;
}

/**
 * The access token a grant is worth. Never more than was granted (GEN-7): the resource is one of those granted, or the userinfo
 * endpoint where `openid` was; the scope what of the granted, or of the part asked for, the resource offers and what is about
 * the person. What the client is no longer registered for is no longer issued.
 *
 * @throws {OAuthError} `user_grant.resource_not_granted`, `user_grant.scope_not_granted`, and as {@link requireNamedResource};
 * `resource.unknown` also when no resource that was granted is left.
 */
export async function entitleUser(grant: UserGrant, client: ClientMetadata, { scope, resources: named }: Narrowing, known: KnownResources): Promise<Entitlement> {
  const resource = (await findNamed(grant, client, named, known)) ?? (await findUsual(grant, client, known));
  const asked = scope ?? grant.authority.scope;
  if (!asked.every((one) => grant.authority.scope.includes(one))) throw new OAuthError('user_grant.scope_not_granted', { clientId: client.clientId });
  const usable = asked.filter((one) => client.scope.includes(one) && (isIdentityScope(one) || resource.scope.includes(one)));
  return {
    clientId: client.clientId,
    subject: { kind: 'user', id: grant.subject },
    grantId: grant.grantId,
    actor: null,
    sourceGrant: null,
    authority: { ...authorityOver(usable, [resource.identifier]), claims: grant.authority.claims },
    resource: resource.identifier,
    lifetimeSeconds: accessTokenLifetime(client, resource),
    confirmation: grant.confirmation,
  };
}

async function findNamed({ authority }: UserGrant, client: ClientMetadata, named: readonly string[], known: KnownResources): Promise<ResourceMetadata | null> {
  const resource = await requireNamedResource(named, client, known);
  if (resource === null || authority.resources.includes(resource.identifier)) return resource;
  if (resource.identifier === known.issuer && (authority.resources.length === 0 || authority.scope.includes('openid'))) return resource;
  throw new OAuthError('user_grant.resource_not_granted', { clientId: client.clientId });
}

/**
 * RFC 8707 §2.2. A token is for one resource: of those granted that are left the client's default, else the first. Where none was
 * granted, or none is left, it is for the userinfo endpoint: a grant that was just used up should not have been for nothing.
 */
async function findUsual({ authority }: UserGrant, { clientId, defaultResource, resources: registered }: ClientMetadata, { issuer, resources }: KnownResources): Promise<ResourceMetadata> {
  const granted = authority.resources;
  const preferred = defaultResource !== null && granted.includes(defaultResource) ? [defaultResource, ...granted] : granted;
  for (const identifier of preferred) {
    const resource = registered.includes(identifier) ? await resources.find(identifier) : null;
    if (resource?.enabled === true) return resource;
  }
  const userinfo = granted.length === 0 || authority.scope.includes('openid') ? await resources.find(issuer) : null;
  if (userinfo === null) throw new OAuthError('resource.unknown', { clientId });
  return userinfo;
}

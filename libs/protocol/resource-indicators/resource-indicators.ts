import { OAuthError, ResourceIdentifier } from '@tessera/vocabulary';
import type { Resources } from '../access-token/index.js';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';

/** Characters of a requested resource in the log. */
const RESOURCE_LENGTH_SHOWN = 128;

/**
 * RFC 8707 §2: the resource a token request is about. One per request: a token for two audiences could be used by each at the
 * other (§2.2, RFC 9068 §3).
 *
 * @throws {OAuthError} `invalid_target`, with one reason for each way to miss.
 */
export async function selectResource(requested: readonly string[], client: ClientMetadata, resources: Resources): Promise<ResourceMetadata> {
  if (requested.length > 1) throw new OAuthError('resource.too_many', { count: requested.length });
  const identifier = requested[0] ?? client.defaultResource;
  if (identifier === null) throw new OAuthError('resource.missing', { clientId: client.clientId });
  return findAllowedResource(identifier, client, resources);
}

/**
 * RFC 8707 §2: a resource by the name a request gives it: declared, enabled, and one of the client's.
 *
 * @throws {OAuthError} `resource.malformed`, `resource.unknown`, `resource.not_allowed`.
 */
export async function findAllowedResource(identifier: string, client: ClientMetadata, resources: Resources): Promise<ResourceMetadata> {
  const allowed = client.resources.includes(identifier);
  if (!allowed && !ResourceIdentifier.safeParse(identifier).success) throw new OAuthError('resource.malformed', shown(identifier));
  const resource = await resources.find(identifier);
  if (resource === null || !resource.enabled) throw new OAuthError('resource.unknown', shown(identifier));
  if (!allowed) throw new OAuthError('resource.not_allowed', shown(identifier));
  return resource;
}

function shown(identifier: string): Readonly<Record<string, unknown>> {
  return { resource: identifier.slice(0, RESOURCE_LENGTH_SHOWN) };
}

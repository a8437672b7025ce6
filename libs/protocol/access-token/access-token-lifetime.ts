import { ACCESS_TOKEN_LIFETIME_SECONDS_DEFAULT, ACCESS_TOKEN_LIFETIME_SECONDS_MAX } from '@tessera/vocabulary';
import type { ClientMetadata, ResourceMetadata } from '../client/index.js';

/**
 * Seconds an access token of this client for this resource lives: the shorter of what the two declare, the default where
 * neither does, and never more than keys stay published for.
 */
export function accessTokenLifetime(
  client: Pick<ClientMetadata, 'accessTokenLifetimeSeconds'>,
  resource: Pick<ResourceMetadata, 'accessTokenLifetimeSeconds'>,
): number {
  const ofClient = client.accessTokenLifetimeSeconds;
  const ofResource = resource.accessTokenLifetimeSeconds;
  const declared = Math.min(ofClient ?? Infinity, ofResource ?? Infinity);
  return Math.min(declared === Infinity ? ACCESS_TOKEN_LIFETIME_SECONDS_DEFAULT : declared, ACCESS_TOKEN_LIFETIME_SECONDS_MAX);
}

import { IDENTITY_SCOPES, ResourceIdentifier } from '@tessera/vocabulary';
import type { ResourceMetadata } from '../client/index.js';
import type { Resources } from './access-token.js';

/**
 * The resource every deployment has: its own userinfo endpoint (OIDC Core §5.3), identified by the issuer. Nobody declares it
 * and nobody else introspects for it.
 */
export function userinfoResource(issuer: string): ResourceMetadata {
  return {
    identifier: ResourceIdentifier.parse(issuer),
    name: 'userinfo',
    enabled: true,
    scope: [...IDENTITY_SCOPES],
    tokenFormat: 'jwt',
    accessTokenLifetimeSeconds: null,
    signingAlgorithm: 'ES256',
    introspectedBy: [],
  };
}

/** The declared resources and the userinfo endpoint. */
export function withUserinfo(declared: Resources, issuer: string): Resources {
  const userinfo = userinfoResource(issuer);
  return { find: (identifier) => (identifier === issuer ? Promise.resolve(userinfo) : declared.find(identifier)) };
}

import type { ClientMetadata } from './client-metadata.js';
import type { ResourceMetadata } from './resource-metadata.js';

/** A confidential `client_credentials` client; a test states only what matters to it. */
export function client(overrides: Partial<Record<keyof ClientMetadata, unknown>> = {}): ClientMetadata {
  return {
    clientId: 's6BhdRkqt3',
    name: 'Example client',
    enabled: true,
    profile: 'openid',
    authenticationMethod: 'client_secret_basic',
    assertionAlgorithm: null,
    grantTypes: ['client_credentials'],
    scope: ['orders.read', 'orders.write'],
    resources: ['https://api.example.com/orders'],
    defaultResource: 'https://api.example.com/orders',
    accessTokenLifetimeSeconds: null,
    jwksUri: null,
    keys: [],
    secretDigests: [],
    sealedSecrets: [],
    ...overrides,
  } as ClientMetadata;
}

/** A resource with JWT access tokens. */
export function resource(overrides: Partial<Record<keyof ResourceMetadata, unknown>> = {}): ResourceMetadata {
  return {
    identifier: 'https://api.example.com/orders',
    name: 'Orders',
    enabled: true,
    scope: ['orders.read', 'orders.write'],
    tokenFormat: 'jwt',
    accessTokenLifetimeSeconds: null,
    signingAlgorithm: 'ES256',
    introspectedBy: [],
    ...overrides,
  } as ResourceMetadata;
}

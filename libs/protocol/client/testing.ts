import type { ClientMetadata } from './client-metadata.js';
import { ClientRegistration } from './client-registration.js';
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
    registration: ClientRegistration.parse({}),
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

/** A web application that signs people in by the authorization code flow. */
export function webClient(
  registration: Partial<Record<keyof ClientRegistration, unknown>> = {},
  overrides: Partial<Record<keyof ClientMetadata, unknown>> = {},
): ClientMetadata {
  return client({
    grantTypes: ['authorization_code', 'refresh_token'],
    scope: ['openid', 'profile', 'email', 'offline_access', 'orders.read'],
    registration: ClientRegistration.parse({ redirectUris: ['https://client.example.org/cb'], ...registration }),
    ...overrides,
  });
}

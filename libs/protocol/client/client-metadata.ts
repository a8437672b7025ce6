import { AssertionMacAlgorithm, AssertionSignatureAlgorithm, ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import { ClientRegistration } from './client-registration.js';

/** Grant types a client may register (RFC 7591 §2 `grant_types`). `implicit` is used at the authorization endpoint and at no other. */
export const GrantType = z.enum([
  'authorization_code',
  'implicit',
  'refresh_token',
  'client_credentials',
  'password',
  // RFC 8628 §3.4.
  'urn:ietf:params:oauth:grant-type:device_code',
  // CIBA Core §4.
  'urn:openid:params:grant-type:ciba',
]);
/** One of the supported grant types. */
export type GrantType = z.infer<typeof GrantType>;

/** RFC 8628 §3.4. */
export const DEVICE_CODE_GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code' satisfies GrantType;

/** CIBA Core §4. */
export const CIBA_GRANT_TYPE = 'urn:openid:params:grant-type:ciba' satisfies GrantType;

/** The grant types by which a person allows something: their clients may ask who it is, and may refresh. */
export const USER_GRANT_TYPES: readonly GrantType[] = ['authorization_code', 'password', DEVICE_CODE_GRANT_TYPE, CIBA_GRANT_TYPE];

/** `token_endpoint_auth_method` values (RFC 7591 §2, OIDC Core §9). `none` is recognised: a public client. */
export const ClientAuthenticationMethod = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]);
/** How a client authenticates; exactly one is registered (CLI-1). */
export type ClientAuthenticationMethod = z.infer<typeof ClientAuthenticationMethod>;

/** Security profile of a client; where specifications disagree the rule hangs on it, never on a global switch. */
export const ClientProfile = z.enum(['openid', 'fapi1-advanced', 'fapi2', 'fapi-ciba']);
/** The security profile of a client. */
export type ClientProfile = z.infer<typeof ClientProfile>;

/** A public JSON Web Key of a client, private members excluded by the schema (REG-3). */
export const PublicJwk = z
  .object({
    kty: z.enum(['RSA', 'EC', 'OKP']),
    kid: z.string().optional(),
    use: z.string().optional(),
    alg: z.string().optional(),
    crv: z.string().optional(),
    x: z.string().optional(),
    y: z.string().optional(),
    n: z.string().optional(),
    e: z.string().optional(),
  });
/** A public JSON Web Key (RFC 7517). */
export type PublicJwk = z.infer<typeof PublicJwk>;

/** A registered client, as far as requests are decided by it. */
export const ClientMetadata = z.object({
  clientId: ClientId,
  name: z.string(),
  enabled: z.boolean(),
  profile: ClientProfile,
  authenticationMethod: ClientAuthenticationMethod,
  /** The one algorithm assertions must use; null where the method takes no assertion (CLI-4). */
  assertionAlgorithm: z.union([AssertionSignatureAlgorithm, AssertionMacAlgorithm]).nullable(),
  grantTypes: z.array(GrantType),
  scope: z.array(z.string()),
  /** Identifiers of the resources the client may ask for. */
  resources: z.array(z.string()),
  /** The resource of a request that names none; null when the client has to name one. */
  defaultResource: z.string().nullable(),
  /** Seconds; null leaves it to the resource. */
  accessTokenLifetimeSeconds: z.number().int().positive().nullable(),
  /** `jwks_uri` of the client (RFC 7591 §2); null when its keys are registered by value or it has none. */
  jwksUri: z.string().nullable(),
  /** Public keys of a `private_key_jwt` client: by value, or as last fetched from its `jwks_uri`. */
  keys: z.array(PublicJwk),
  /** SHA-256 digests (base64url) of the secrets that are valid now, newest first. */
  secretDigests: z.array(z.string()),
  /** Secrets sealed to the `client-secret` key (compact JWE), for `client_secret_jwt` only; newest first. */
  sealedSecrets: z.array(z.string()),
  /** What it registered for signing people in; the defaults for a client that does not. */
  registration: ClientRegistration,
});
/** A registered client. */
export type ClientMetadata = z.infer<typeof ClientMetadata>;

/** RFC 6749 §2.1: a client that can keep a credential. */
export function isConfidential(client: ClientMetadata): boolean {
  return client.authenticationMethod !== 'none';
}

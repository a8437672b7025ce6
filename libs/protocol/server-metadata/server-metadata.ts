import { ClientAuthenticationMethod, GrantType } from '../client/index.js';
import { AssertionMacAlgorithm, AssertionSignatureAlgorithm } from '@tessera/vocabulary';
import { endpointUrl } from './endpoint-paths.js';

/** A metadata document as it is sent. */
export type MetadataDocument = Readonly<Record<string, string | boolean | readonly string[]>>;

/** Every registered method proves something, except `none`, which is the absence of a credential. */
const AUTHENTICATION_METHODS = ClientAuthenticationMethod.options.filter((method) => method !== 'none');
/** For `private_key_jwt` and `client_secret_jwt` together; `none` is not a value of either list (RFC 8414 §2, KEY-2). */
const ASSERTION_ALGORITHMS = [...AssertionSignatureAlgorithm.options, ...AssertionMacAlgorithm.options];

/**
 * RFC 8414 §2. What this release does not do is not listed: no authorization endpoint, no response types.
 *
 * `response_types_supported` is REQUIRED by §2 without an exception for servers that have no authorization endpoint, while
 * §3.2 omits lists of zero elements. Ours: the REQUIRED member is there, empty, because a client that checks the document
 * against §2 must not fail and any entry would be untrue. `scopes_supported` is RECOMMENDED and left out: scopes belong to
 * the declared resources.
 */
export function authorizationServerMetadata(issuer: string): MetadataDocument {
  return {
    issuer,
    token_endpoint: endpointUrl(issuer, 'token'),
    token_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    jwks_uri: endpointUrl(issuer, 'jwks'),
    response_types_supported: [],
    grant_types_supported: GrantType.options,
    revocation_endpoint: endpointUrl(issuer, 'revocation'),
    // TOK-5: a public client can revoke its own tokens, so here `none` works.
    revocation_endpoint_auth_methods_supported: [...AUTHENTICATION_METHODS, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint: endpointUrl(issuer, 'introspection'),
    introspection_endpoint_auth_methods_supported: AUTHENTICATION_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  };
}

/**
 * OIDC Discovery §3. The same facts, the members OIDC adds as REQUIRED, and a `false` where leaving the member out would mean
 * true. There is no end-user in this release, so no ID token is signed: the list is there (REQUIRED) and empty. The only
 * subjects are clients, and those have one identifier for everyone.
 */
export function openidProviderMetadata(issuer: string): MetadataDocument {
  return {
    ...authorizationServerMetadata(issuer),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [],
    // OIDC Discovery §3: "If omitted, the default value is true."
    request_uri_parameter_supported: false,
  };
}

import { StandardClaims } from '../account/index.js';
import { Prompt } from '../authorization-request/index.js';
import { BackchannelDeliveryMode, ClientAuthenticationMethod, GrantType, ResponseMode, ResponseType } from '../client/index.js';
import { AssertionMacAlgorithm, AssertionSignatureAlgorithm, IssuerSignatureAlgorithm, RequestObjectSigningAlgorithm } from '@tessera/vocabulary';
import { endpointUrl } from '../edge/index.js';

/** A metadata document as it is sent. */
export type MetadataDocument = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What a deployment switches on or off, as far as clients are told. */
export interface ProviderFeatures {
  /** The resource owner password grant (RFC 6749 §4.3; GEN-10). */
  readonly passwordGrant: boolean;
  /** `require_pushed_authorization_requests` (RFC 9126 §5). A single client may be registered so where this is false. */
  readonly requirePushedAuthorizationRequests: boolean;
  /** Whether request objects are fetched from registered `request_uris` (OIDC Core §6.2, PAR-7). */
  readonly requestUri: boolean;
  /** Whether clients may register, with a token or without (RFC 7591 §3). */
  readonly clientRegistration: boolean;
}

/** Every registered method proves something, except `none`, which is the absence of a credential. */
const PROVING_METHODS = ClientAuthenticationMethod.options.filter((method) => method !== 'none');
/** For `private_key_jwt` and `client_secret_jwt` together; `none` is not a value of either list (RFC 8414 §2, KEY-2). */
const ASSERTION_ALGORITHMS = [...AssertionSignatureAlgorithm.options, ...AssertionMacAlgorithm.options];

/** The scopes that are the provider's own (OIDC Core §3.1.2.1, §5.4, §11); others belong to the declared resources. */
const OWN_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const;
/** Claims about the authentication rather than the person (OIDC Core §2, Front-Channel Logout §3). */
const AUTHENTICATION_CLAIMS = ['sub', 'iss', 'auth_time', 'acr', 'amr', 'sid'] as const;

/**
 * RFC 8414 §2, with what RFC 9126 §5, RFC 7636, RFC 9207 §3 and OIDC Discovery §3 add that matters to an OAuth client. What this
 * release does not do is not listed.
 */
export function authorizationServerMetadata(issuer: string, features: ProviderFeatures): MetadataDocument {
  return {
    issuer,
    authorization_endpoint: endpointUrl(issuer, 'authorization'),
    pushed_authorization_request_endpoint: endpointUrl(issuer, 'pushedAuthorizationRequest'),
    require_pushed_authorization_requests: features.requirePushedAuthorizationRequests,
    // Those a client may register (AUT-3); without registering it has `code`.
    response_types_supported: ResponseType.options,
    response_modes_supported: ResponseMode.options,
    authorization_response_iss_parameter_supported: true,
    request_parameter_supported: true,
    // OIDC Discovery §3: "If omitted, the default value is true." A request_uri of a pushed request is another matter (RFC 9126 §5).
    request_uri_parameter_supported: features.requestUri,
    // RFC 9101 §10.4, PAR-7: a value that was not registered is never fetched.
    require_request_uri_registration: true,
    request_object_signing_alg_values_supported: RequestObjectSigningAlgorithm.options,
    code_challenge_methods_supported: ['S256'],
    scopes_supported: OWN_SCOPES,
    ui_locales_supported: ['en'],
    // RFC 8628 §4.
    device_authorization_endpoint: endpointUrl(issuer, 'deviceAuthorization'),
    // CIBA Core §4.
    backchannel_authentication_endpoint: endpointUrl(issuer, 'backchannelAuthentication'),
    backchannel_token_delivery_modes_supported: BackchannelDeliveryMode.options,
    backchannel_authentication_request_signing_alg_values_supported: AssertionSignatureAlgorithm.options,
    backchannel_user_code_parameter_supported: true,
    token_endpoint: endpointUrl(issuer, 'token'),
    // A public client redeems codes and refreshes: there `none` works (RFC 6749 §3.2.1).
    token_endpoint_auth_methods_supported: ClientAuthenticationMethod.options,
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    jwks_uri: endpointUrl(issuer, 'jwks'),
    ...(features.clientRegistration ? { registration_endpoint: endpointUrl(issuer, 'registration') } : {}),
    grant_types_supported: GrantType.options.filter((grantType) => grantType !== 'password' || features.passwordGrant),
    revocation_endpoint: endpointUrl(issuer, 'revocation'),
    // TOK-5: a public client can revoke its own tokens.
    revocation_endpoint_auth_methods_supported: ClientAuthenticationMethod.options,
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint: endpointUrl(issuer, 'introspection'),
    introspection_endpoint_auth_methods_supported: PROVING_METHODS,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  };
}

/** OIDC Discovery §3 and RP-Initiated Logout §2.1: the same facts, and what is about people. */
export function openidProviderMetadata(issuer: string, features: ProviderFeatures): MetadataDocument {
  return {
    ...authorizationServerMetadata(issuer, features),
    userinfo_endpoint: endpointUrl(issuer, 'userinfo'),
    end_session_endpoint: endpointUrl(issuer, 'endSession'),
    // Back-Channel Logout §2.1.
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    // Front-Channel Logout §3: `iss` and `sid` always go with it. Session Management §3.3.
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    // OIDC Session Management §3.3: its cookie has to be Secure, so a plain http issuer of a developer has none.
    ...(issuer.startsWith('https:') ? { check_session_iframe: endpointUrl(issuer, 'checkSession') } : {}),
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: IssuerSignatureAlgorithm.options,
    userinfo_signing_alg_values_supported: IssuerSignatureAlgorithm.options,
    acr_values_supported: ['1'],
    prompt_values_supported: Prompt.options,
    display_values_supported: ['page'],
    claim_types_supported: ['normal'],
    claims_supported: [...AUTHENTICATION_CLAIMS, ...Object.keys(StandardClaims.shape)],
    claims_parameter_supported: true,
  };
}
